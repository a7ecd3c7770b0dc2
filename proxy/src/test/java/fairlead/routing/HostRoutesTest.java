package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.exchange.Stack;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HostRoutesTest {
  private final HostRoutes routes = new HostRoutes();

  @Test
  void findsByTheBytesOfAPartOfAHead() {
    LoopRoute web = route();
    byte[] head = "Host: web\r\n".getBytes(StandardCharsets.US_ASCII);

    routes.put(head, 6, 3, web);

    assertThat(get("web")).isSameAs(web);
    assertThat(routes.get(head, 6, 3)).isSameAs(web);
    assertThat(routes.get(head, 6, 2)).isNull();
    assertThat(get("wec")).isNull();
    assertThat(get("")).isNull();
  }

  @Test
  void keepsTheKeyWhenTheHeadIsReused() {
    LoopRoute web = route();
    byte[] head = "web".getBytes(StandardCharsets.US_ASCII);
    routes.put(head, 0, 3, web);

    head[0] = 'x';

    assertThat(get("web")).isSameAs(web);
    assertThat(get("xeb")).isNull();
  }

  @Test
  void tenThousandHostsAllHaveTheirOwn() {
    LoopRoute[] all = fill(0, 10_000);

    assertThat(IntStream.range(0, all.length))
        .filteredOn(i -> get("service-" + i) != null)
        .hasSizeGreaterThan(9_990)
        .allSatisfy(i -> assertThat(get("service-" + i)).isSameAs(all[i]));
  }

  @Test
  void thoseNotAskedForAreForgottenForNewOnes() {
    LoopRoute asked = route();
    put("asked", asked);
    put("silent", route());

    for (int i = 0; i < 2 * HostRoutes.MOST; i += 1000) {
      fill(i, i + 1000);
      get("asked");
    }

    assertThat(get("asked")).isSameAs(asked);
    assertThat(get("silent")).isNull();
    assertThat(get("service-0")).isNull();
    assertThat(IntStream.range(0, 2 * HostRoutes.MOST))
        .filteredOn(i -> get("service-" + i) != null)
        .hasSizeBetween(HostRoutes.MOST / 4, HostRoutes.MOST);
  }

  @Test
  void routesThatAreNoMoreTakeAllTheirHostsWithThemAndNoOthers() {
    LoopRoute gone = route();
    LoopRoute another = route();
    LoopRoute[] all = fill(0, 1_000);
    put("web", gone);
    put("WEB", gone);
    put("other", another);
    long known = IntStream.range(0, all.length).filter(i -> get("service-" + i) != null).count();

    routes.removeAll(Set.of(gone, another));

    assertThat(get("web")).isNull();
    assertThat(get("other")).isNull();
    assertThat(get("WEB")).isNull();
    assertThat(IntStream.range(0, all.length).filter(i -> get("service-" + i) != null).count())
        .isEqualTo(known);
  }

  @Test
  void hostsThatAllCollideCostNoMoreThanTheirNeighbourhood() {
    var table = new HostTable();
    LoopRoute last = route();
    for (int i = 0; i < 1_000; i++) {
      byte[] key = bytes("host-" + i);
      table.put(0, key, 0, key.length, last);
    }

    byte[] key = bytes("host-999");
    assertThat(table.get(0, key, 0, key.length)).isSameAs(last);
    assertThat(table.size()).isLessThan(32);
  }

  private LoopRoute[] fill(int from, int to) {
    var all = new LoopRoute[to - from];
    for (int i = from; i < to; i++) {
      all[i - from] = route();
      put("service-" + i, all[i - from]);
    }
    return all;
  }

  private void put(String host, LoopRoute route) {
    byte[] key = bytes(host);
    routes.put(key, 0, key.length, route);
  }

  private @Nullable LoopRoute get(String host) {
    byte[] key = bytes(host);
    return routes.get(key, 0, key.length);
  }

  private static byte[] bytes(String host) {
    return host.getBytes(StandardCharsets.US_ASCII);
  }

  /** Found, and not followed: it needs no route behind it. */
  @SuppressWarnings("NullAway")
  private static LoopRoute route() {
    return new LoopRoute(null, new Stack(), 0);
  }
}
