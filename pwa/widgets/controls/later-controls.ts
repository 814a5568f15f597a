// The controls that few questionnaires need, in a file of their own (ADR 0037).
export { DateTimeInput, TimeInput } from "./clock-input.tsx";
export { FileInput, PhotoInput } from "./file-input.tsx";
export { PlaceInput } from "./place-input.tsx";
export { RangeInput } from "./range-input.tsx";
export { RankInput } from "./rank-input.tsx";
export { SignatureInput } from "./signature-input.tsx";
