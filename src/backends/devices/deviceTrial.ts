import { type Device } from '../../generation';
import { type DeviceObstacle } from '../../protocol';

/** What came of trying a model on a device. */
export type DeviceTrial =
	| {
			readonly kind: 'measured';
			readonly device: Device;
			/** For a prompt of about 64 tokens, in milliseconds. */
			readonly prefillMs: number;
			/** For eight tokens after it, in milliseconds. */
			readonly decodeMs: number;
	  }
	/** It works, and there was nothing to compare it with. */
	| { readonly kind: 'unmeasured'; readonly device: Device }
	| {
			readonly kind: 'unusable';
			readonly device: Device;
			/** 'modelUnfit': the device works, but not with this model. */
			readonly obstacle: DeviceObstacle | 'modelUnfit';
			readonly detail: string;
	  };

export type MeasuredTrial = Extract<DeviceTrial, { readonly kind: 'measured' }>;

/** A device that is not clearly faster is not worth its start-up, its memory and its drivers. */
const clearly = 0.9;

/** What one answer takes: the measure that devices are compared by. */
export const answerMs = ({ prefillMs, decodeMs }: MeasuredTrial): number => prefillMs + decodeMs;

/** The device that answers fastest; the CPU unless another one is clearly faster. */
export function chooseDevice(trials: readonly DeviceTrial[]): Device {
	const measured = trials.filter(trial => trial.kind === 'measured');
	const cpu = measured.find(({ device }) => device === 'cpu');
	const limitMs = cpu ? answerMs(cpu) * clearly : Infinity;
	const faster = measured.filter(trial => trial.device !== 'cpu' && answerMs(trial) <= limitMs);
	const [best] = faster.sort((one, other) => answerMs(one) - answerMs(other));
	return best?.device ?? 'cpu';
}
