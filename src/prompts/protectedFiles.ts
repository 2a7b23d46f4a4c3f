/** Why a file must not reach a model, or why a change to it needs a second yes. */
export type SecretKind = 'environment' | 'key' | 'credentials';

const secretNames: readonly (readonly [RegExp, SecretKind])[] = [
	// .env, .env.local, prod.env; but not the examples that are made to be shared.
	[/^\.env(?:\.(?!example$|sample$|template$|dist$|defaults$)[\w-]+)*$/i, 'environment'],
	[/^[^.].*\.env$/i, 'environment'],
	[/^\.?envrc$/i, 'environment'],
	[/\.(?:pem|key|p8|p12|pfx|jks|keystore|ppk|asc|gpg|kdbx|ovpn|mobileprovision)$/i, 'key'],
	[/^id_(?:rsa|dsa|ecdsa|ed25519|ecdsa_sk|ed25519_sk)(?:[._-].*)?$/i, 'key'],
	[/^(?:ssh_host_.*_key|authorized_keys|known_hosts)$/i, 'key'],
	[
		/^\.?(?:npmrc|yarnrc|pypirc|netrc|pgpass|my\.cnf|htpasswd|git-credentials|dockercfg|s3cfg|boto|vault-token)$/i,
		'credentials',
	],
	[
		/^(?:credentials?|secrets?|service[-_]?account.*)(?:\.(?:json|ya?ml|toml|ini|txt|xml|properties))?$/i,
		'credentials',
	],
	[/\.(?:tfstate|tfvars)(?:\.backup)?$/i, 'credentials'],
	[/^(?:terraform\.rc|\.terraformrc|kubeconfig|wp-config\.php|database\.yml|master\.key)$/i, 'credentials'],
];
const secretFolders = new Set(['.ssh', '.gnupg', '.aws', '.azure', '.kube', '.docker', '.gcloud']);

/**
 * Whether a file holds secrets by its name, judged from the path alone so that it is never opened. Such a file never
 * enters a prompt. `path` may use either slash.
 */
export function secretKind(path: string): SecretKind | undefined {
	const segments = path.split(/[\\/]/);
	const name = segments.at(-1) ?? '';
	// A public key is meant to be shared.
	if (/\.pub$/i.test(name)) return undefined;
	const byName = secretNames.find(([pattern]) => pattern.test(name))?.[1];
	if (byName) return byName;
	return segments.slice(0, -1).some(segment => secretFolders.has(segment.toLowerCase())) ? 'credentials' : undefined;
}

/** What a file that needs a second yes before a change steers. */
export type SteeringKind = 'editorSettings' | 'repository' | 'agentInstructions' | 'automation';

const steeringFiles: readonly (readonly [RegExp, SteeringKind])[] = [
	[/(?:^|\/)\.vscode\/|\.code-workspace$|(?:^|\/)\.idea\/|(?:^|\/)\.devcontainer(?:\/|\.json$)/i, 'editorSettings'],
	[/(?:^|\/)\.git\/|(?:^|\/)\.git(?:attributes|modules)$|(?:^|\/)\.husky\//i, 'repository'],
	[/(?:^|\/)(?:AGENTS?|CLAUDE(?:\.local)?|GEMINI|CRUSH|QWEN|WARP)\.md$/i, 'agentInstructions'],
	[
		/(?:^|\/)\.(?:cursor|claude|windsurf|clinerules|roo|continue|codex|gemini|aider[^/]*|inkling|kiro|junie|augment)(?:\/|$)/i,
		'agentInstructions',
	],
	[/(?:^|\/)\.(?:cursorrules|windsurfrules|goosehints|mcp\.json)$|(?:^|\/)mcp\.json$/i, 'agentInstructions'],
	[
		/(?:^|\/)\.github\/(?:copilot-instructions\.md|instructions\/|prompts\/|agents\/|chatmodes\/)|\.(?:instructions|prompt|chatmode|agent)\.md$/i,
		'agentInstructions',
	],
	[/(?:^|\/)\.github\/workflows\/|(?:^|\/)\.gitlab-ci\.yml$|(?:^|\/)\.circleci\//i, 'automation'],
];

/** Whether a file steers the editor, the repository, other assistants or automation (S14): its changes are asked twice. */
export function steeringKind(path: string): SteeringKind | undefined {
	const unified = path.replaceAll('\\', '/');
	return steeringFiles.find(([pattern]) => pattern.test(unified))?.[1];
}
