import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import * as v from 'valibot';
import { DownloadError } from '../download/downloadError';
import { manifestSchema, type Manifest } from '../manifest';

/** First file of a bundle. */
export const sealName = 'inkling-bundle.json';

/** What is in a bundle and who says so. */
export interface Seal {
	readonly manifest: Manifest;
	/** Of the signer's public key: eight groups of four hex digits. */
	readonly signer: string;
}

const sealSchema = v.object({
	format: v.literal(1),
	/** The manifest's exact text: what is signed is what is read. */
	manifest: v.string(),
	publicKey: v.string(),
	signature: v.string(),
});

/** A new ed25519 key, as PEM. Made once per installation and kept in the secret storage. */
export function newSigningKey(): string {
	return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** The fingerprint that others see for a key. */
export function fingerprintOf(privateKey: string): string {
	return fingerprint(publicBytes(privateKey));
}

/** The text of a bundle's first file. */
export function seal(manifest: Manifest, privateKey: string): string {
	const text = JSON.stringify(manifest);
	return JSON.stringify({
		format: 1,
		manifest: text,
		publicKey: publicBytes(privateKey).toString('base64'),
		signature: sign(null, Buffer.from(text), createPrivateKey(privateKey)).toString('base64'),
	});
}

/** Opens it. @throws DownloadError corrupt when the signature is not that of the manifest */
export function openSeal(text: string): Seal {
	const outer = v.safeParse(v.pipe(v.string(), v.parseJson(), sealSchema), text);
	if (!outer.success) throw notSealed('it has no seal');
	const { manifest, publicKey, signature } = outer.output;
	const key = Buffer.from(publicKey, 'base64');
	if (!isSigned(manifest, key, Buffer.from(signature, 'base64'))) throw notSealed('its signature is not right');
	const inner = v.safeParse(v.pipe(v.string(), v.parseJson(), manifestSchema), manifest);
	if (!inner.success) throw notSealed('its manifest is not right');
	return { manifest: inner.output, signer: fingerprint(key) };
}

function isSigned(text: string, key: Buffer, signature: Buffer): boolean {
	try {
		const publicKey = createPublicKey({ key, type: 'spki', format: 'der' });
		return publicKey.asymmetricKeyType === 'ed25519' && verify(null, Buffer.from(text), publicKey, signature);
	} catch {
		// Not even a key.
		return false;
	}
}

const notSealed = (reason: string): DownloadError =>
	new DownloadError('corrupt', `This is no bundle of a model: ${reason}. Get it again from whom you trust.`);

const publicBytes = (privateKey: string): Buffer =>
	createPublicKey(createPrivateKey(privateKey)).export({ type: 'spki', format: 'der' });

function fingerprint(publicKey: Buffer): string {
	const digits = createHash('sha256').update(publicKey).digest('hex').slice(0, 32);
	return digits.match(/.{4}/g)!.join(' ');
}
