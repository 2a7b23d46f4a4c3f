import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const base = join(import.meta.dirname, '..', 'fixtures', 'models', 'tiny-code');

/** Control tokens of its vocabulary that no trained format uses: they part the turns. */
const template =
	"{% for message in messages %}{{ '<|reserved_0|>' if message['role'] == 'user' else '<|reserved_1|>' }}{{ message['content'] }}\n{% endfor %}{% if add_generation_prompt %}<|reserved_1|>{% endif %}";

/**
 * Makes a model folder that can chat from a small completion model: its graph and tokenizer, with a chat template and the
 * role. What it answers is babble; the whole path to it is real. Returns the folder.
 */
export function makeChatModel(parent, name = 'inkling-chat') {
	const folder = join(parent, name);
	mkdirSync(parent, { recursive: true });
	cpSync(base, folder, { recursive: true });
	changeJson(join(folder, 'tokenizer_config.json'), { chat_template: template });
	changeJson(join(folder, 'config.json'), { inkling: { roles: ['chat'], contextTokens: 1024 } });
	return folder;
}

function changeJson(file, changes) {
	const before = JSON.parse(readFileSync(file, 'utf8'));
	writeFileSync(file, JSON.stringify({ ...before, ...changes }, null, '\t'));
}
