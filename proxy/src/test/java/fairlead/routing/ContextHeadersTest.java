package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fairlead.http.Deadline;
import fairlead.http.Head;
import fairlead.naming.Dtab;
import fairlead.naming.NameSyntaxException;
import org.junit.jupiter.api.Test;

/** {@code spec/routing.md} §7.1, §7.2: what is taken out of a request. */
class ContextHeadersTest {
  private final Head head = Head.request("GET", "/");

  @Test
  void theUsersRulesComeAfterThoseOfOtherProxies() {
    head.add("l5d-dtab", "/a => /user");
    head.add("L5D-CTX-DTAB", "/a => /first ; /b => /c");
    head.add("l5d-ctx-dtab", "/a=>/second;");
    head.add("L5d-Dtab", "/a => /last");

    Dtab dtab = ContextHeaders.takeDtab(head);

    assertThat(dtab.show()).isEqualTo("/a=>/first;/b=>/c;/a=>/second;/a=>/user;/a=>/last");
    assertThat(head.contains("l5d-dtab")).isFalse();
    assertThat(head.contains("l5d-ctx-dtab")).isFalse();
  }

  @Test
  void finaglesOwnHeaderPassesThroughUnread() {
    head.add("dtab-local", "/a => /b");
    head.add("Dtab-Local", "no dtab");

    assertThat(ContextHeaders.takeDtab(head)).isEqualTo(Dtab.EMPTY);
    assertThat(head.all("dtab-local")).containsExactly("/a => /b", "no dtab");
  }

  @Test
  void aLineThatIsNoDtabIsRefusedInTheParsersWords() {
    head.add("l5d-dtab", "i am not a dtab");

    assertThatThrownBy(() -> ContextHeaders.takeDtab(head))
        .isInstanceOf(NameSyntaxException.class)
        .hasMessage("'/' expected but 'i' found at '[i] am not a dtab'");
  }

  @Test
  void theEarliestDeadlineCountsAndUnreadableOnesDoNot() {
    head.add("l5d-ctx-deadline", "10 500");
    head.add("l5d-ctx-deadline", "soon");
    head.add("l5d-ctx-deadline", "20 400");
    head.add("l5d-ctx-deadline", "30 x");

    assertThat(ContextHeaders.takeDeadline(head)).isEqualTo(new Deadline(20, 400));
    assertThat(head.contains("l5d-ctx-deadline")).isFalse();
    assertThat(ContextHeaders.takeDeadline(head)).isNull();
  }
}
