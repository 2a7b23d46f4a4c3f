import { expect, test } from 'vitest';
import { parseModelConfig } from '../../../src/models/modelConfig';

const bart = { model_type: 'bart', is_encoder_decoder: true, vocab_size: 50265, d_model: 768, decoder_layers: 6 };

test.each([
	['BART as it was published first', { ...bart, architectures: ['BartModel'] }, true],
	['BART trained for summaries', { ...bart, architectures: ['BartForConditionalGeneration'] }, false],
	['T5', { ...bart, model_type: 't5', architectures: ['T5Model'] }, false],
	['a config that names no architecture', bart, false],
])('whether a model is there to fill gaps: %s', (_, config, fillsGaps) => {
	expect(parseModelConfig(JSON.stringify(config), 'config.json')).toMatchObject({
		family: 'encoder-decoder',
		fillsGaps,
	});
});
