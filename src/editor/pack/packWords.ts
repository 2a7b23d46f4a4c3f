import * as vscode from 'vscode';
import { warmLineLimitMs } from '../../backends';
import { assertNever } from '../../base';
import { type PackDamage, type PackObstacle } from '../../models';
import { sizeWords } from '../byteWords';
import { durationWords } from '../deviceWords';
import { packExtensionId } from './createPack';

/** What a person is told about the model pack, and what helps. */
export interface PackNotice {
	/** A few words. */
	readonly title: string;
	readonly text: string;
	/** Absent where nothing in VS Code helps. */
	readonly action?: { readonly label: string; readonly command: string; readonly argument?: string };
}

export interface NoticeFacts {
	/** Undefined where nothing stands in the way. */
	readonly obstacle: PackObstacle | undefined;
	/** Whether a pack that is not there is missing. */
	readonly isExpected: boolean;
	/** Room on the disk, in bytes, if it is known. */
	readonly freeBytes: number | undefined;
	/** What a line takes in milliseconds, where that is too long for completions. */
	readonly slowLineMs?: number | undefined;
}

/** The package and what is unpacked from it, in bytes. */
const diskBytes = 600e6;

/** Undefined where there is nothing to tell: the pack is in use, or this build of the extension knows of none. */
export function packNotice({ obstacle, isExpected, freeBytes, slowLineMs }: NoticeFacts): PackNotice | undefined {
	const { t } = vscode.l10n;
	switch (obstacle?.kind) {
		case undefined:
			return slowLineMs === undefined ? undefined : slowNotice(slowLineMs);
		case 'missing':
			return isExpected ? missingNotice(freeBytes) : undefined;
		case 'checking':
			return {
				title: t('Model pack: being verified'),
				text: t(
					'Its files are being compared with their checksums, which is done once. Until then Inkling uses the built-in models.',
				),
			};
		case 'damaged':
			return damagedNotice(obstacle.damage);
		case 'memory':
			return {
				title: t('Model pack: not enough memory'),
				text: t(
					'Close other programs: it needs {need} of free memory, and {free} are free. Until then Inkling uses the built-in models.',
					{ need: sizeWords(obstacle.neededBytes), free: sizeWords(obstacle.availableBytes) },
				),
			};
		case 'failed':
			return {
				title: t('Model pack: could not be loaded'),
				text: t('The log says why. Restart the engine to try again, or install the model pack again.'),
				action: { label: t('Restart Engine'), command: 'inkling.engine.restart' },
			};
		default:
			return assertNever(obstacle);
	}
}

function slowNotice(lineMs: number): PackNotice {
	const { t } = vscode.l10n;
	return {
		title: t('Model pack: not used for completions'),
		text: t(
			'A line takes it {duration} on this machine, and while you type {limit} is the most. The built-in model completes instead; summaries, translations and chat use the model pack. To have it complete anyway, choose it for completions.',
			{ duration: durationWords(lineMs), limit: durationWords(warmLineLimitMs) },
		),
		action: { label: t('Choose Model...'), command: 'inkling.model.choose', argument: 'completion' },
	};
}

function missingNotice(freeBytes: number | undefined): PackNotice {
	const { t } = vscode.l10n;
	const title = t('Model pack: not installed');
	const words = { need: sizeWords(diskBytes), free: sizeWords(freeBytes ?? 0) };
	if (freeBytes !== undefined && freeBytes < diskBytes)
		return {
			title,
			text: t(
				'Free some disk space, then install it from the Extensions view or from its .vsix file: it needs {need}, and {free} are free.',
				words,
			),
			action: search(t('Install Model Pack...')),
		};
	return {
		title,
		text: t(
			'Install it from the Extensions view or from its .vsix file ({need} of disk space) for better suggestions in more languages, summaries, translations and chat.',
			words,
		),
		action: search(t('Install Model Pack...')),
	};
}

function damagedNotice({ file, problem }: PackDamage): PackNotice {
	const { t } = vscode.l10n;
	const text =
		problem === 'missing'
			? t(
					'Uninstall the model pack and install it again: {file} is missing. Until then Inkling uses the built-in models.',
					{ file },
				)
			: t(
					'Uninstall the model pack and install it again: {file} is damaged. Until then Inkling uses the built-in models.',
					{ file },
				);
	return { title: t('Model pack: damaged'), text, action: search(t('Show Model Pack')) };
}

/** Shows the extension in the Extensions view, where it can be installed and uninstalled, and nothing happens by itself. */
const search = (label: string): NonNullable<PackNotice['action']> => ({
	label,
	command: 'workbench.extensions.search',
	argument: `@id:${packExtensionId}`,
});
