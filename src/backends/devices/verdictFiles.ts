import { parseVerdict, type DeviceVerdict } from './deviceVerdict';
import { ModelRecords } from './modelRecords';

/** Verdicts on disk. */
export class VerdictFiles extends ModelRecords<DeviceVerdict> {
	constructor(root: string) {
		super(root, '', parseVerdict);
	}
}
