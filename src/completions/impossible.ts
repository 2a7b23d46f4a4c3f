import { arrowParameterLists, parameterLists } from './parameters';

type IsImpossible = (code: string) => boolean;

/** A name, a pattern to take apart, or what may stand before a name. */
const scriptParameter = /^\s*(?:[[{]|@|\.\.\.|[\p{L}_$][\p{L}\p{N}_$]*\s*(?:\?\s*)?(?:[:=]|$)|[\p{L}]+\s+[\p{L}_$])/u;
const plainScriptParameter = /^\s*(?:[[{]|\.\.\.|[\p{L}_$][\p{L}\p{N}_$]*\s*(?:=|$))/u;
const pythonParameter = /^\s*(?:\*{0,2}\s*[\p{L}_][\p{L}\p{N}_]*\s*(?:[:=]|$)|\*\s*$|\/\s*$)/u;

/** By language id: whether a line without its strings and comments cannot be code, whatever stands around it. */
const rules: Readonly<Record<string, IsImpossible>> = {
	typescript: isImpossibleTypeScript,
	typescriptreact: isImpossibleTypeScript,
	javascript: isImpossibleJavaScript,
	javascriptreact: isImpossibleJavaScript,
	python: isImpossiblePython,
};

/** Whether no continuation could make code of a line: a number where a name is declared, a call where a parameter stands. Knows
 * TypeScript, JavaScript and Python; elsewhere everything is possible. */
export function isImpossible(code: string, languageId: string): boolean {
	return rules[languageId]?.(code) ?? false;
}

function isImpossibleTypeScript(code: string): boolean {
	return declaresNoName(code) || scriptLists(code).some(parameter => !scriptParameter.test(parameter));
}

function isImpossibleJavaScript(code: string): boolean {
	const hasType = /(?:^|[\s({;])(?:const|let|var)\s+[\p{L}_$][\p{L}\p{N}_$]*\s*:/u.test(code);
	return hasType || declaresNoName(code) || scriptLists(code).some(parameter => !plainScriptParameter.test(parameter));
}

function declaresNoName(code: string): boolean {
	return (
		/(?:^|[\s({;])(?<!\bas\s+)(?:const|let|var)\s+[^\s\p{L}_$[{]/u.test(code) ||
		/(?:^|[\s(=])function\s+[^\s\p{L}_$*(<]/u.test(code) ||
		/^\s*(?:export\s+)?(?:interface|enum)\s+[^\s\p{L}_$]/u.test(code)
	);
}

function scriptLists(code: string): readonly string[] {
	const functions = /(?<![.\p{L}\p{N}_$])function\b\s*\*?\s*[\p{L}\p{N}_$]*\s*\(/gu;
	return [...parameterLists(code, functions), ...arrowParameterLists(code)].flat();
}

function isImpossiblePython(code: string): boolean {
	if (/^\s*(?:async\s+)?(?:def|class)\s+[^\s\p{L}_]/u.test(code)) return true;
	const parameters = parameterLists(code, /^\s*(?:async\s+)?def\s+[\p{L}\p{N}_]+\s*\(/gu).flat();
	return parameters.some(parameter => !pythonParameter.test(parameter));
}
