package fairlead.balance.accrual;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.balance.accrual.AttemptVerdict.Finding;
import fairlead.exchange.Failure;
import fairlead.exchange.Outcome;
import fairlead.http.Head;
import fairlead.http.HeaderNames;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is a failure: {@code spec/client.md} §7. */
class StatusVerdictTest {
  private final Head get = Head.request("GET", "/");

  @ParameterizedTest
  @CsvSource({"200, SUCCESS", "404, SUCCESS", "499, SUCCESS", "500, FAILURE", "503, FAILURE"})
  void anAnswerCountsByItsStatus(int status, Finding expected) {
    assertThat(StatusVerdict.of(get, Head.response(status, ""), Outcome.ANSWERED))
        .isEqualTo(expected);
  }

  @Test
  void whoRefusesAConnectionIsGone() {
    assertThat(failed(new Failure.ConnectFailed("", new IOException("Connection refused"))))
        .isEqualTo(Finding.GONE);
  }

  @Test
  void whoResetsInsteadOfAnsweringIsGoneUnlessTheBodyMayBeTheReason() {
    var post = Head.request("POST", "/");
    post.receivedContentLength(5);

    assertThat(failed(reset())).isEqualTo(Finding.GONE);
    assertThat(StatusVerdict.of(post, null, broken())).isEqualTo(Finding.FAILURE);
    assertThat(StatusVerdict.of(get, Head.response(200, ""), broken())).isEqualTo(Finding.FAILURE);
  }

  @Test
  void fault26_aBufferThatWeCannotHaveSaysNothingOfTheBackend() {
    var broken = new Failure.BackendBroken("a:1", new OutOfMemoryError("direct memory"));

    assertThat(failed(broken)).isEqualTo(Finding.NOTHING);
    assertThat(StatusVerdict.of(get, Head.response(200, ""), new Outcome.Failed(broken)))
        .isEqualTo(Finding.NOTHING);
  }

  @Test
  void noAnswerIsAFailure() {
    assertThat(failed(new Failure.BackendClosed("a:1"))).isEqualTo(Finding.FAILURE);
    assertThat(failed(new Failure.BadResponse("a:1", "?"))).isEqualTo(Finding.FAILURE);
    assertThat(failed(new Failure.TooManyWaiters(1))).isEqualTo(Finding.FAILURE);
    assertThat(failed(new Failure.Nacked(true))).isEqualTo(Finding.FAILURE);
  }

  @Test
  void whatTheCallerDidSaysNothing() {
    assertThat(StatusVerdict.of(get, null, Outcome.ABANDONED)).isEqualTo(Finding.NOTHING);
    assertThat(failed(new Failure.BodyTimedOut())).isEqualTo(Finding.NOTHING);
    assertThat(failed(new Failure.BodyTooLong(1))).isEqualTo(Finding.NOTHING);
    assertThat(failed(new Failure.BadBody("?"))).isEqualTo(Finding.NOTHING);
  }

  @ParameterizedTest
  @CsvSource({"1000 2000, 1999, false", "1000 2000, 2000, true", "nonsense, 2000, false"})
  void fault34_whoWasToldADeadlineIsNotHeldToItOnceItIsOver(String told, long now, boolean over) {
    get.set(HeaderNames.L5D_CTX_DEADLINE, told);

    assertThat(StatusVerdict.isOver(get, now)).isEqualTo(over);
    assertThat(StatusVerdict.isOver(Head.request("GET", "/"), now)).isFalse();
  }

  private static Failure reset() {
    return new Failure.BackendBroken("a:1", new IOException("Connection reset"));
  }

  private static Outcome broken() {
    return new Outcome.Failed(reset());
  }

  private Finding failed(Failure failure) {
    return StatusVerdict.of(get, null, new Outcome.Failed(failure));
  }
}
