package fairlead.launcher;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Operating system signals. {@code sun.misc.Signal} is the JDK's supported way, but the compiler
 * warns of it without a way to say that this is known; hence reflection.
 */
final class Signals {
  private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

  private Signals() {}

  /**
   * Runs {@code action}, on a thread of the JVM's own, each time the signal ({@code TERM}, {@code
   * INT} …) comes, instead of what the JVM would do.
   */
  static void on(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      MethodHandle run =
          MethodHandles.lookup()
              .findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
              .bindTo(action);
      Object proxy =
          MethodHandleProxies.asInterfaceInstance(
              handler, MethodHandles.dropArguments(run, 0, signal));
      Object wanted = signal.getConstructor(String.class).newInstance(name);
      signal.getMethod("handle", signal, handler).invoke(null, wanted, proxy);
    } catch (InvocationTargetException e) {
      LOG.warn("signal {}: cannot be handled: {}", name, String.valueOf(e.getCause()));
    } catch (ReflectiveOperationException e) {
      LOG.warn("signal {}: cannot be handled: {}", name, e.toString());
    }
  }
}
