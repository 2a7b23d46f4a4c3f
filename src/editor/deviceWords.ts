import * as vscode from 'vscode';
import { assertNever } from '../base';
import { type Device } from '../generation';
import { type DeviceRow } from './deviceRows';

/** What people call a device. */
export function deviceTitle(device: Device): string {
	const { t } = vscode.l10n;
	switch (device) {
		case 'cpu':
			return t('Processor (CPU)');
		case 'webgpu':
			return t('Graphics card through WebGPU');
		case 'dml':
			return t('Graphics card through DirectML');
		case 'coreml':
			return t('Core ML (macOS)');
		case 'cuda':
			return t('NVIDIA card through CUDA');
		default:
			return assertNever(device);
	}
}

/** Why a device cannot be used, in a sentence that says what to do where there is something. */
export function obstacleWords(device: Device, obstacle: NonNullable<DeviceRow['obstacle']>): string {
	const { t } = vscode.l10n;
	switch (obstacle) {
		case 'notInBuild':
			return t('Not for this system.');
		case 'librariesMissing':
			return device === 'cuda'
				? t('Its libraries are not installed and not part of Inkling; the README says how to add them.')
				: t('Its libraries are not installed.');
		case 'noAdapter':
			return t('No graphics device with a driver for it was found.');
		case 'failed':
			return t('It failed on a tiny computation.');
		case 'crashed':
			return t('Its process crashed when it was tried.');
		case 'timedOut':
			return t('It did not answer in time when it was tried.');
		case 'modelUnfit':
			return t('It works, but not with this model.');
		default:
			return assertNever(obstacle);
	}
}

/** A measured time as it is shown: '12.3 ms', '1,240 ms'. */
export function durationWords(ms: number): string {
	const digits = ms < 100 ? 1 : 0;
	return `${ms.toLocaleString(vscode.env.language, { maximumFractionDigits: digits, minimumFractionDigits: digits })} ms`;
}
