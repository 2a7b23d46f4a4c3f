import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Whether a model folder has a chat template, judged by its files alone: the sign of a model that can hold a dialogue. */
export async function hasChatTemplate(folder: string): Promise<boolean> {
	const own = await stat(join(folder, 'chat_template.jinja')).catch(() => undefined);
	if (own?.isFile()) return true;
	const text = await readFile(join(folder, 'tokenizer_config.json'), 'utf8').catch(() => '');
	return namesChatTemplate(text);
}

/** Whether the text of a tokenizer_config.json has a template. */
export function namesChatTemplate(text: string): boolean {
	return /"chat_template"\s*:\s*["[]/.test(text);
}
