import { firstValueFrom, forkJoin, timer } from 'rxjs';

await firstValueFrom(forkJoin([timer(1), timer(2)]));
