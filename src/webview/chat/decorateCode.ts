import { type ChatLabels, type FromChatPanel } from '../../protocol';

type CodeAction = Extract<FromChatPanel, { type: 'code' }>['action'];

/** In the order in which they stand; the characters are of the codicon font. */
const buttons: readonly { readonly action: CodeAction; readonly label: keyof ChatLabels; readonly icon: string }[] = [
	{ action: 'copy', label: 'copyCode', icon: '\uebcc' },
	{ action: 'insert', label: 'insert', icon: '\uec11' },
	{ action: 'replace', label: 'replace', icon: '\ueb3d' },
	{ action: 'newFile', label: 'newFile', icon: '\uea7f' },
];

/** Puts a block of code into a frame with its language and its buttons, once. */
export function decorateCode(
	pre: HTMLPreElement,
	labels: ChatLabels,
	run: (action: CodeAction, code: string, language: string) => void,
): void {
	if (pre.parentElement?.classList.contains('code') ?? false) return;
	const language = pre.dataset.language ?? '';
	const frame = document.createElement('div');
	frame.className = 'code';
	const bar = document.createElement('div');
	bar.className = 'code-bar';
	bar.setAttribute('role', 'group');
	bar.setAttribute('aria-label', language === '' ? labels.code : `${labels.code}: ${language}`);
	const name = document.createElement('span');
	name.className = 'code-language';
	name.textContent = language;
	bar.append(name);
	for (const { action, label, icon } of buttons) {
		const button = document.createElement('button');
		button.type = 'button';
		button.className = 'icon-button icon';
		button.title = labels[label];
		button.setAttribute('aria-label', labels[label]);
		button.textContent = icon;
		button.addEventListener('click', () => run(action, codeOf(pre), language));
		bar.append(button);
	}
	pre.replaceWith(frame);
	pre.setAttribute('aria-label', labels.code);
	pre.setAttribute('role', 'region');
	frame.append(bar, pre);
}

/** Without the line end that Markdown puts after the last line. */
function codeOf(pre: HTMLPreElement): string {
	return pre.textContent.replace(/\n$/, '');
}
