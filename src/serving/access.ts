import { createHash, timingSafeEqual } from 'node:crypto';
import { type IncomingHttpHeaders } from 'node:http';

/** Why a request is turned away. */
export interface Refusal {
	readonly status: number;
	readonly message: string;
	readonly code: string;
}

/**
 * Turns away what is no program of this machine with the key: another Host is a name that was made to point here (DNS rebinding), an
 * Origin is a web page.
 */
export function refusalFor(
	headers: IncomingHttpHeaders,
	{ key, host }: { readonly key: string; readonly host: string },
): Refusal | undefined {
	const port = host.slice(host.lastIndexOf(':'));
	if (headers.host !== host && headers.host !== `localhost${port}`)
		return { status: 403, message: 'Unknown host.', code: 'forbidden_host' };
	if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined)
		return { status: 403, message: 'Web pages may not use this server.', code: 'forbidden_origin' };
	if (!isSame(headers.authorization ?? '', `Bearer ${key}`))
		return { status: 401, message: 'Incorrect API key provided.', code: 'invalid_api_key' };
	return undefined;
}

/** Compares in a time that does not tell how much was right. */
function isSame(given: string, wanted: string): boolean {
	const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
	return timingSafeEqual(digest(given), digest(wanted));
}
