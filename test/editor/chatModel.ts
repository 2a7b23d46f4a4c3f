import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';

/** Control tokens of its vocabulary that no trained format uses: they part the turns. */
const template =
	"{% for m in messages %}{{ '<|reserved_0|>' if m['role'] == 'user' else '<|reserved_1|>' }}{{ m['content'] }}\n{% endfor %}<|reserved_1|>";

/** Makes a model that can chat from a small completion model and returns its folder. What it answers is babble; the path is real. */
export function makeChatModel(parent: string): string {
	const folder = join(parent, 'inkling-chat');
	const project = vscode.extensions.getExtension('inkling.inkling')!.extensionPath;
	cpSync(join(project, 'test', 'fixtures', 'models', 'tiny-code'), folder, { recursive: true });
	writeFileSync(join(folder, 'chat_template.jinja'), template);
	const file = join(folder, 'config.json');
	const config = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
	writeFileSync(file, JSON.stringify({ ...config, inkling: { roles: ['chat'], contextTokens: 1024 } }));
	return folder;
}
