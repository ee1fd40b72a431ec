import { Tinypool } from 'tinypool';

export const move = ([bytes]) => Tinypool.move(bytes);
