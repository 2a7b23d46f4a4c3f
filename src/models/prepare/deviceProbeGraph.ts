import { node, tensor, tensorValue } from './onnxMessages';
import { ProtobufWriter } from './protobuf';

const irVersion = 8;
const opset = 17;

/** The smallest graph that makes a device compute: `output` is the 2x2 `input` times 2. A whole .onnx file; every provider has its
 * one operator, MatMul with constant weights. */
export function deviceProbeGraph(): Uint8Array {
	const weights = new Uint8Array(Float32Array.of(2, 0, 0, 2).buffer);
	const graph = new ProtobufWriter()
		.message(1, node({ operator: 'MatMul', inputs: ['input', 'weights'], outputs: ['output'] }))
		.text(2, 'deviceProbe')
		.message(5, tensor('weights', 'float32', [2, 2], weights))
		.message(11, tensorValue('input', 'float32', [2, 2]))
		.message(12, tensorValue('output', 'float32', [2, 2]));
	const operators = new ProtobufWriter().text(1, '').integer(2, opset);
	return new ProtobufWriter().integer(1, irVersion).message(7, graph).message(8, operators).finish();
}
