/** A process that was started by itself: it publishes a port, spawns a child that stops, and waits for clients. */
import { COMM_SELF, getParent, openPort, publishName } from 'parley';

if (getParent() !== null) process.kill(process.pid, 'SIGSTOP');
else {
  await COMM_SELF.spawn(process.argv[1] ?? '');
  const port = await openPort();
  await publishName('the ocean', port);
  console.log(`ready ${port.name}`);
  await COMM_SELF.accept(port);
}
