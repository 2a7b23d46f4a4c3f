/** A script as it can stand in a page: nothing in its strings ends its element or changes how the page is read. */
export function inlineScript(script: string): string {
	return script.replace(/<(?=!--|\/script)/gi, '\\x3c');
}

/** A style sheet as it can stand in a page. */
export function inlineStyle(style: string): string {
	return style.replace(/<(?=\/style)/gi, '\\3c ');
}
