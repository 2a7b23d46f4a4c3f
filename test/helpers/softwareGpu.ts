import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { toDisposable, type Disposable } from '../../src/base';

/** Chromium's packages bring a Vulkan device in software, which WebGPU accepts. */
const chromium = process.env.INKLING_SWIFTSHADER ?? '/usr/lib/chromium';
const driver = join(chromium, 'vk_swiftshader_icd.json');

/** Whether this machine has it. */
export const hasSoftwareGpu = process.platform === 'linux' && process.arch === 'x64' && existsSync(driver);

/** Says once in the output why such tests are left out. */
export function explainMissingGpu(): void {
	if (!hasSoftwareGpu) console.log(`No software Vulkan device in ${chromium}: WebGPU is not tried (install chromium).`);
}

/** Processes started from now on find the device. */
export function useSoftwareGpu(): Disposable {
	const runtimeFolder = mkdtempSync(join(tmpdir(), 'inkling-webgpu-'));
	vi.stubEnv('VK_ICD_FILENAMES', driver);
	vi.stubEnv('LD_LIBRARY_PATH', chromium);
	vi.stubEnv('XDG_RUNTIME_DIR', runtimeFolder);
	return toDisposable(() => {
		vi.unstubAllEnvs();
		rmSync(runtimeFolder, { recursive: true, force: true });
	});
}
