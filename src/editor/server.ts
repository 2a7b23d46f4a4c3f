import type * as vscode from 'vscode';
import { type Log } from '../base';
import {
	findFillMethod,
	kindOfHost,
	OpenAiServer,
	readServerFacts,
	type OpenAiServerOptions,
	type OpenAiTokens,
	type ServerFacts,
} from '../backends';
import { type NetworkGate, type TextGenerator } from '../generation';
import {
	afterConnecting,
	serverRoles,
	type RawServerSettings,
	type ServerRole,
	type ServerRoles,
	type ServerTarget,
} from './serverRoles';

/** The settings about servers, as far as they are needed here. */
export interface ServerSettings {
	/** Which server a role goes to, if any. */
	serverFor(role: ServerRole): ServerTarget | undefined;
	readonly rawServer: RawServerSettings;
	setServer(target: ServerTarget, more: ReturnType<typeof afterConnecting>): Promise<void>;
	setServerRoles(roles: ServerRoles): Promise<void>;
	forgetServer(): Promise<void>;
}

interface Parts {
	readonly settings: ServerSettings;
	readonly secrets: Pick<vscode.SecretStorage, 'get' | 'store' | 'delete'>;
	/** Where facts about servers are remembered, by address and model. */
	readonly memory: Pick<vscode.Memento, 'get' | 'update'>;
	readonly network: NetworkGate;
	/** Counts tokens on this machine where that is known to be exact. */
	readonly tokens?: OpenAiTokens;
	readonly log: Log;
}

/** A server that could not be asked how it completes is not asked again with every key. */
const probeAgainMs = 30_000;

/** The servers that work goes to when the user connected any. A key is bound to the origin it was given for. */
export class Server {
	/** By address, model and way of filling in: a connection remembers when its server wants to be left alone. */
	private readonly open = new Map<string, OpenAiServer>();

	private readonly probes = new Map<string, { readonly at: number; readonly facts: Promise<ServerFacts> }>();

	constructor(private readonly parts: Parts) {}

	/** The server for a role; undefined when that role runs on this machine. */
	async generator(role: ServerRole): Promise<TextGenerator | undefined> {
		const target = this.target(role);
		if (!target) return undefined;
		const facts = this.factsOf(target) ?? (await this.findOut(target, role));
		const name = `${nameOf(target)} ${facts.fill ?? ''}`;
		const opened = this.open.get(name) ?? new OpenAiServer(this.optionsFor(target, facts));
		this.open.set(name, opened);
		return opened;
	}

	/** Where a role goes; undefined for this machine. */
	target(role: ServerRole): ServerTarget | undefined {
		const target = this.parts.settings.serverFor(role);
		if (!target || target.model === '' || parseServerUrl(target.url) === undefined) return undefined;
		return target;
	}

	/** Something runs on a server. */
	get isUsed(): boolean {
		return serverRoles.some(role => this.target(role) !== undefined);
	}

	/** What a connection is made of; its key is looked up for the very origin that is asked. */
	optionsFor({ url, model }: ServerTarget, facts: ServerFacts): OpenAiServerOptions {
		const { network, tokens, log } = this.parts;
		return { url, model, facts, network, log, key: origin => this.keyFor(origin), ...(tokens && { tokens }) };
	}

	keyFor(origin: string): Thenable<string | undefined> {
		return this.parts.secrets.get(secretName(origin));
	}

	/** Remembers what was found out and sends these roles there; the others stay where they are. */
	async connect(
		target: ServerTarget,
		{
			roles,
			facts,
			key,
		}: { readonly roles: readonly ServerRole[]; readonly facts: ServerFacts; readonly key: string | undefined },
	): Promise<void> {
		if (key) await this.parts.secrets.store(secretName(new URL(target.url).origin), key);
		await this.parts.memory.update(factsName(target), facts);
		this.open.clear();
		const { settings } = this.parts;
		await settings.setServer(target, afterConnecting(target, roles, settings.rawServer));
	}

	/** Everything runs on this machine again. Address and key stay, so that the way back is as short. */
	async backToLocal(): Promise<void> {
		await this.parts.settings.setServerRoles({ completion: 'local', tasks: 'local', chat: 'local' });
	}

	/** Forgets address and key. */
	async disconnect(url: string): Promise<void> {
		if (parseServerUrl(url)) await this.parts.secrets.delete(secretName(new URL(url).origin));
		this.open.clear();
		await this.parts.settings.forgetServer();
	}

	private factsOf(target: ServerTarget): ServerFacts | undefined {
		return readServerFacts(this.parts.memory.get(factsName(target)));
	}

	/** For a server that was written into the settings by hand: how it fills in is only asked where it has to. */
	private async findOut(target: ServerTarget, role: ServerRole): Promise<ServerFacts> {
		const facts: ServerFacts = { kind: kindOfHost(target.url) ?? 'unknown' };
		if (role !== 'completion') return facts;
		const asked = this.probes.get(nameOf(target));
		if (asked && performance.now() - asked.at < probeAgainMs) return asked.facts;
		const probe = { at: performance.now(), facts: this.probe(target, facts) };
		this.probes.set(nameOf(target), probe);
		return probe.facts;
	}

	private async probe(target: ServerTarget, facts: ServerFacts): Promise<ServerFacts> {
		try {
			const fill = await findFillMethod(this.optionsFor(target, facts), AbortSignal.timeout(10_000));
			const found = { ...facts, ...(fill && { fill }) };
			await this.parts.memory.update(factsName(target), found);
			return found;
		} catch (error) {
			this.parts.log.warn(`Could not find out how ${target.url} completes: ${String(error)}`);
			return facts;
		}
	}
}

/** The address without a trailing slash; undefined when it is no http(s) address or carries a user name, a password or a query. An
 * address without a scheme is taken for https, or for http on this machine. */
export function parseServerUrl(text: string): string | undefined {
	const typed = text.trim();
	const whole = /^[a-z][a-z\d+.-]*:\/\//i.test(typed) ? typed : `${schemeFor(typed)}://${typed}`;
	if (typed === '' || /[\s\\]/.test(typed) || !URL.canParse(whole)) return undefined;
	const url = new URL(whole);
	if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return undefined;
	if (url.search !== '' || url.hash !== '' || url.hostname === '') return undefined;
	return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

function schemeFor(typed: string): 'http' | 'https' {
	return /^(localhost|127\.|\[::1\])/i.test(typed) ? 'http' : 'https';
}

function secretName(origin: string): string {
	return `inkling.server.key:${origin}`;
}

const nameOf = ({ url, model }: ServerTarget): string => `${url} ${model}`;
const factsName = (target: ServerTarget): string => `inkling.server.facts:${nameOf(target)}`;
