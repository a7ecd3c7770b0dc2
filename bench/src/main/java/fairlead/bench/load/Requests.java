package fairlead.bench.load;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** The bytes of the requests to send, one for each Host, made once. */
final class Requests {
  private final MemorySegment[] all;

  Requests(Plan plan, Arena arena) {
    all = new MemorySegment[Math.max(1, plan.hosts())];
    for (int i = 0; i < all.length; i++) {
      String host = plan.hosts() == 0 ? "web" : "s" + i;
      byte[] bytes = text(plan, host).getBytes(StandardCharsets.US_ASCII);
      all[i] = arena.allocate(bytes.length).copyFrom(MemorySegment.ofArray(bytes));
    }
  }

  int count() {
    return all.length;
  }

  MemorySegment get(int index) {
    return all[index];
  }

  private static String text(Plan plan, String host) {
    var head = new StringBuilder();
    head.append(plan.bodyBytes() > 0 ? "POST " : "GET ").append(plan.path());
    head.append(" HTTP/1.1\r\nHost: ").append(host).append("\r\n");
    if (plan.bodyBytes() > 0) {
      head.append("Content-Length: ").append(plan.bodyBytes()).append("\r\n");
    }
    if (plan.close()) {
      head.append("Connection: close\r\n");
    }
    return head + "\r\n" + "x".repeat(plan.bodyBytes());
  }
}
