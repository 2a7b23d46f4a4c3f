import ignore from 'ignore';
import type * as vscode from 'vscode';
import { untilAborted } from '../base';
import { type GenerateEvent, type GenerateRequest, type TextGenerator } from '../generation';

/** Which files may never be sent to a server: `inkling.server.neverSend`. */
export class EgressRules {
	constructor(
		private readonly settings: { readonly neverSend: readonly string[] },
		/** The path of an address within the workspace, or its whole path outside. */
		private readonly relativePath: (uri: string) => string,
	) {}

	/** @param document its address, or its path relative to the workspace */
	forbids(document: vscode.Uri | string): boolean {
		const address = document.toString();
		const path = /^[a-z][\w+.-]+:/i.test(address) ? this.relativePath(address) : address;
		return matchesAny(this.settings.neverSend, path);
	}
}

/** Whether one of the globs, in the syntax of .gitignore, matches a path. */
export function matchesAny(globs: readonly string[], path: string): boolean {
	// The matcher takes paths that begin with a name only.
	const parts = path.split(/[\\/]/).filter(part => part !== '' && part !== '.' && part !== '..');
	return (
		parts.length > 0 &&
		ignore({ ignorecase: true })
			.add([...globs])
			.ignores(parts.join('/'))
	);
}

/** A server for completions that leaves files which must not be sent to a model on this machine. */
export function guarded(remote: TextGenerator, rules: EgressRules, local: () => Promise<TextGenerator>): TextGenerator {
	return {
		model: remote.model,
		countTokens: text => remote.countTokens(text),
		async *generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerateEvent> {
			const { prompt } = request;
			const document = 'document' in prompt ? prompt.document : undefined;
			if (document !== undefined && rules.forbids(document)) {
				const here = await untilAborted(local(), signal);
				if (here) yield* here.generate(request, signal);
			} else yield* remote.generate({ ...request, prompt: withoutForbidden(prompt, rules) }, signal);
		},
	};
}

function withoutForbidden(prompt: GenerateRequest['prompt'], rules: EgressRules): GenerateRequest['prompt'] {
	if (prompt.kind !== 'fill') return prompt;
	return { ...prompt, snippets: prompt.snippets.filter(({ path }) => !rules.forbids(path)) };
}
