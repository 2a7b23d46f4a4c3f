import * as vscode from 'vscode';
import { assertNever } from '../base';
import { ServerError, type ServerStep } from '../backends';
import { describeError } from './userErrors';

/** What failed while a server was set up: which step, why, and what to do about it. */
export function describeServerFailure(error: unknown, url: string): string {
	if (!(error instanceof ServerError)) return describeError(error).text;
	const words = stepWords(error.step, new URL(url));
	// Without a response these are the words of Node's own errors, which are in the log.
	const isServers = error.status !== undefined && error.said !== '';
	return !isServers ? words : `${words} ${vscode.l10n.t('It said: {reason}', { reason: error.said })}`;
}

function stepWords(step: ServerStep, { hostname, host, protocol, href }: URL): string {
	const { t } = vscode.l10n;
	switch (step) {
		case 'locked':
			return t('Inkling: the network is locked. The setting inkling.network.offline unlocks it.');
		case 'name':
			return t('There is no machine called {name}. Check the spelling, and whether you need a VPN.', {
				name: hostname,
			});
		case 'connection':
			return t('Nothing answers at {host}. Check that the server is running and that the port is right.', { host });
		case 'tls':
			return protocol === 'https:'
				? t(
						'The certificate of {host} is not trusted on this machine. Add its issuer to the certificates of your system and start VS Code again.',
						{ host },
					)
				: t('{host} does not speak plain http. Try https://.', { host });
		case 'proxy':
			return t('The proxy did not let the request through. Check the setting http.proxy.');
		case 'key':
			return t('{host} refused the key.', { host });
		case 'path':
			return t('{host} answers, but not at {address}. The address usually ends in /v1.', { host, address: href });
		case 'model':
			return t('{host} does not have this model.', { host });
		case 'request':
			return t('{host} did not accept the request.', { host });
		case 'busy':
			return t('{host} is busy or still loading the model. Try again in a moment.', { host });
		case 'unreachable':
			return t('{host} accepts no connection. Check the address, the network and any firewall on the way.', { host });
		case 'timeout':
			return t('{host} took the request and did not answer in time.', { host });
		case 'format':
			return t('{host} answers, but not like an OpenAI-compatible server.', { host });
		default:
			return assertNever(step);
	}
}
