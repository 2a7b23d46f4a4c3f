// Makes VS Code speak another language without a language pack from a marketplace. An extension's own texts
// (package.nls.<language>.json, vscode.l10n) follow VS Code's display language, which is English unless a pack is there.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A handful of VS Code's own texts, enough to see that the display language has changed. */
const translations = {
	'zh-cn': {
		label: '中文(简体)',
		contents: {
			'vs/workbench/contrib/files/browser/explorerViewlet': { explore: '资源管理器' },
			'vs/workbench/contrib/quickaccess/browser/commandsQuickAccess': { noCommandResults: '没有匹配的命令' },
		},
	},
};

/** Registers the language in a user data folder, as installing a language pack would. */
export function installLanguage(userFolder, language) {
	const { label, contents } = translations[language];
	const file = join(userFolder, `${language}.i18n.json`);
	const text = JSON.stringify({ version: '1.0.0', contents });
	writeFileSync(file, text);
	const pack = {
		[language]: {
			hash: createHash('md5').update(text).digest('hex'),
			label,
			extensions: [{ extensionIdentifier: { id: `inkling.language-${language}` }, version: '1.0.0' }],
			translations: { vscode: file },
		},
	};
	writeFileSync(join(userFolder, 'languagepacks.json'), JSON.stringify(pack));
}
