package fairlead.telemetry;

import com.sun.management.ThreadMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The {@code jvm/*} gauges ({@code spec/telemetry.md} §12.7) that the platform tells cheaply. */
public final class JvmMetrics {
  private JvmMetrics() {}

  /** Adds {@code jvm} to {@code root}. Once a process. */
  public static void addTo(Metrics root) {
    var jvm = root.scope("jvm");
    runtime(jvm);
    memory(jvm);
    buffers(jvm.scope("mem").scope("buffer"));
    if (ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads) {
      var eden = jvm.scope("mem").scope("allocations").scope("eden");
      eden.gauge("bytes", threads::getTotalThreadAllocatedBytes);
    }
    threads(jvm.scope("thread"));
    classes(jvm);
    collectors(jvm.scope("gc"));
  }

  private static void runtime(Metrics jvm) {
    var runtime = ManagementFactory.getRuntimeMXBean();
    jvm.gauge("start_time", runtime::getStartTime);
    jvm.gauge("uptime", runtime::getUptime);
    jvm.gauge("num_cpus", () -> Runtime.getRuntime().availableProcessors());
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
      jvm.gauge("fd_count", unix::getOpenFileDescriptorCount);
      jvm.gauge("fd_limit", unix::getMaxFileDescriptorCount);
    }
  }

  private static void memory(Metrics jvm) {
    var memory = ManagementFactory.getMemoryMXBean();
    usage(jvm.scope("heap"), memory::getHeapMemoryUsage);
    usage(jvm.scope("nonheap"), memory::getNonHeapMemoryUsage);
    var current = jvm.scope("mem").scope("current");
    var postGc = jvm.scope("mem").scope("postGC");
    List<MemoryPoolMXBean> pools = ManagementFactory.getMemoryPoolMXBeans();
    current.gauge("used", () -> pools.stream().mapToLong(p -> used(p.getUsage())).sum());
    postGc.gauge("used", () -> pools.stream().mapToLong(p -> used(p.getCollectionUsage())).sum());
    for (var pool : pools) {
      String name = pool.getName().replace(' ', '_');
      pool(current.scope(name), pool::getUsage);
      if (pool.getCollectionUsage() != null) {
        pool(postGc.scope(name), pool::getCollectionUsage);
      }
      if (pool.getName().equals("Metaspace")) {
        jvm.scope("mem").scope("metaspace").gauge("max_capacity", () -> pool.getUsage().getMax());
      }
    }
  }

  private static void usage(Metrics scope, Supplier<MemoryUsage> usage) {
    scope.gauge("committed", () -> usage.get().getCommitted());
    pool(scope, usage);
  }

  private static void pool(Metrics scope, Supplier<MemoryUsage> usage) {
    scope.gauge("used", () -> usage.get().getUsed());
    scope.gauge("max", () -> usage.get().getMax());
  }

  /** A pool that no collector cleans has no usage after a collection. */
  @SuppressWarnings("NullAway") // the platform returns null, which its signature does not say
  private static long used(MemoryUsage usage) {
    return usage == null ? 0 : usage.getUsed();
  }

  private static void buffers(Metrics scope) {
    for (var pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      if (pool.getName().equals("direct") || pool.getName().equals("mapped")) {
        var buffer = scope.scope(pool.getName());
        LongSupplier more = pool.getName().equals("direct") ? JvmMetrics::uncounted : () -> 0;
        buffer.gauge("count", pool::getCount);
        buffer.gauge("used", () -> pool.getMemoryUsed() + more.getAsLong());
        buffer.gauge("max", () -> pool.getTotalCapacity() + more.getAsLong());
      }
    }
  }

  /** Bytes that Netty has from the system itself, of which the platform does not know. */
  private static long uncounted() {
    return PlatformDependent.useDirectBufferNoCleaner() ? PlatformDependent.usedDirectMemory() : 0;
  }

  private static void threads(Metrics scope) {
    var threads = ManagementFactory.getThreadMXBean();
    scope.gauge("count", threads::getThreadCount);
    scope.gauge("daemon_count", threads::getDaemonThreadCount);
    scope.gauge("peak_count", threads::getPeakThreadCount);
  }

  private static void classes(Metrics jvm) {
    var classes = ManagementFactory.getClassLoadingMXBean();
    var scope = jvm.scope("classes");
    scope.gauge("total_loaded", classes::getTotalLoadedClassCount);
    scope.gauge("total_unloaded", classes::getUnloadedClassCount);
    scope.gauge("current_loaded", classes::getLoadedClassCount);
    var compilation = ManagementFactory.getCompilationMXBean();
    if (compilation != null && compilation.isCompilationTimeMonitoringSupported()) {
      jvm.scope("compilation").gauge("time_msec", compilation::getTotalCompilationTime);
    }
  }

  private static void collectors(Metrics scope) {
    List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
    scope.gauge(
        "cycles",
        () -> collectors.stream().mapToLong(GarbageCollectorMXBean::getCollectionCount).sum());
    scope.gauge(
        "msec",
        () -> collectors.stream().mapToLong(GarbageCollectorMXBean::getCollectionTime).sum());
    for (var collector : collectors) {
      var one = scope.scope(collector.getName().replace(' ', '_'));
      one.gauge("cycles", collector::getCollectionCount);
      one.gauge("msec", collector::getCollectionTime);
    }
  }
}
