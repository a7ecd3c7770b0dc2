package fairlead.launcher;

import fairlead.activity.Blocking;
import fairlead.activity.LoopSerialExecutor;
import fairlead.activity.SerialExecutor;
import fairlead.client.control.ControlRuntime;
import fairlead.discovery.fs.FileWatches;
import fairlead.discovery.fs.SystemDirectoryEvents;
import fairlead.discovery.inet.InetHosts;
import fairlead.discovery.inet.SystemHostResolver;
import fairlead.server.EventLoops;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * What binding names runs on, whatever the configuration: the control plane's one thread, and what
 * watches files and resolves hosts.
 */
final class ControlPlane implements AutoCloseable {
  private final EventLoops group;
  private final SerialExecutor control;
  private final ControlRuntime runtime;
  private final SystemDirectoryEvents directories;
  private final FileWatches files;
  private final InetHosts hosts;

  /**
   * Starts it.
   *
   * @throws IllegalArgumentException when the system lets no files be watched, with a message for
   *     the operator
   */
  ControlPlane() {
    var blocking = Blocking.virtualThreads();
    this.group =
        new EventLoops(1, new DefaultThreadFactory("control", true), NioIoHandler.newFactory());
    this.control = new LoopSerialExecutor(group.next());
    this.runtime =
        new ControlRuntime(
            control,
            group,
            work -> blocking.run("control", work),
            RandomGenerator.getDefault(),
            InstantSource.system());
    try {
      this.directories = SystemDirectoryEvents.open(Blocking.platformThreads());
    } catch (IOException refused) {
      throw new IllegalArgumentException(
          "files cannot be watched: " + refused.getMessage(), refused);
    }
    this.files = new FileWatches(control, blocking, directories);
    SystemHostResolver.keepNoAnswers();
    this.hosts = new InetHosts(control, Blocking.platformThreads(), new SystemHostResolver());
  }

  SerialExecutor control() {
    return control;
  }

  ControlRuntime runtime() {
    return runtime;
  }

  FileWatches files() {
    return files;
  }

  InetHosts hosts() {
    return hosts;
  }

  /** What was to be done before is done first. Any thread; blocks shortly. */
  @Override
  public void close() {
    directories.close();
    EventLoops.end(group);
  }
}
