import * as vscode from 'vscode';

type Outline = readonly (vscode.DocumentSymbol | vscode.SymbolInformation)[];

/** All of the innermost symbol around a place, as the outline of its file has it; undefined where there is none. */
export async function enclosingSymbol(uri: vscode.Uri, range: vscode.Range): Promise<vscode.Range | undefined> {
	const command = 'vscode.executeDocumentSymbolProvider';
	const outline = await vscode.commands.executeCommand<Outline | undefined>(command, uri);
	return innermost(outline ?? [], range);
}

function innermost(outline: Outline, range: vscode.Range): vscode.Range | undefined {
	for (const symbol of outline) {
		const whole = 'children' in symbol ? symbol.range : symbol.location.range;
		if (!whole.contains(range)) continue;
		return ('children' in symbol ? innermost(symbol.children, range) : undefined) ?? whole;
	}
	return undefined;
}
