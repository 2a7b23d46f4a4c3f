import { type Log } from '../base';
import { GenerationError, type GenerationErrorCode } from '../generation';

/** What ONNX Runtime's texts mean, most specific first. The texts are C++ messages with source paths, for the log only. */
const meanings: readonly (readonly [RegExp, GenerationErrorCode, string])[] = [
	[
		/bad_?alloc|failed to allocate|out of memory|not enough memory|Array buffer allocation failed|Invalid typed array length/i,
		'outOfMemory',
		'there is not enough memory. Close other programs, choose a smaller model or lower inkling.model.cacheMegabytes',
	],
	[
		/is not a registered function\/op|No Op registered|Unsupported model IR version|opset|NOT_IMPLEMENTED|Could not find an implementation/i,
		'unsupportedModel',
		'it uses operators that this version cannot run. Choose another variant or another model',
	],
	[/Protobuf parsing failed|INVALID_PROTOBUF/i, 'badModel', 'it is damaged or no ONNX file. Download the model again'],
	[
		/External data path|external data|external initializer/i,
		'badModel',
		'its weights file is missing or misplaced. Download the model again',
	],
	[/File doesn't exist|NO_SUCHFILE/i, 'badModel', 'it cannot be opened. Download the model again'],
	[
		/Failed to load shared library|providers_shared/i,
		'unsupportedModel',
		"the device's libraries are not installed. Choose inkling.model.device: cpu",
	],
	[
		/Failed to get a WebGPU adapter|WebGPU|backend not found|no available backend/i,
		'unsupportedModel',
		'the graphics device cannot run it. Choose inkling.model.device: cpu',
	],
	[
		/f16 but the device does not support/i,
		'unsupportedModel',
		'the graphics device lacks 16-bit numbers. Choose inkling.model.device: cpu',
	],
];

/** Gives a raw runtime error a code and words; the original goes to the log and stays as `cause`. */
export function toGenerationError(error: unknown, graphFile: string, log: Log): GenerationError {
	if (error instanceof GenerationError) return error;
	const text = error instanceof Error ? error.message : String(error);
	log.error(`ONNX Runtime, ${graphFile}: ${text.slice(0, 2000)}`);
	const [, code, words] = meanings.find(([pattern]) => pattern.test(text)) ?? unknownMeaning;
	return new GenerationError(code, `${graphFile} failed: ${words}.`, { cause: error });
}

const unknownMeaning = [
	/./,
	'badModel',
	'ONNX Runtime refused it (see the log). Download the model again or choose another',
] as const;
