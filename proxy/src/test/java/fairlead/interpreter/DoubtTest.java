package fairlead.interpreter;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.activity.State;
import fairlead.naming.Bound;
import fairlead.naming.NameTree;
import fairlead.naming.NameTree.Alt;
import fairlead.naming.NameTree.Fail;
import fairlead.naming.NameTree.Neg;
import fairlead.naming.NameTree.Union;
import fairlead.naming.NameTree.Weighted;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A name whose source could not be asked: no such name, but that is a guess. */
class DoubtTest {
  private static final String WHY = "Consul at 127.0.0.1:8500: connection refused";
  private static final String DTAB =
      "/svc => /#/io.l5d.fs ; /svc => /#/io.l5d.consul/dc1 ; /all => 1*/svc/web & 1*/svc/api ;";

  private final Mesh mesh = new Mesh();

  @Test
  void alternativesGetTheirTurn() {
    doubt("/dc1/web");
    mesh.fs.bind("/web", "10.0.0.1:80");

    assertThat(mesh.bind(DTAB, "/svc/web")).isEqualTo("/#/io.l5d.fs/web");
  }

  @Test
  void isKeptWhenTheAlternativesAreCertainThatThereIsNone() {
    doubt("/dc1/web");

    assertThat(mesh.observe(DTAB, "/svc/web").value()).isEqualTo(new Neg<Bound>(WHY));
    assertThat(mesh.observe(DTAB, "/all").value()).isEqualTo(new Neg<Bound>(WHY));
  }

  @Test
  void endsWithTheFirstAnswer() {
    doubt("/dc1/web");
    var seen = mesh.observe(DTAB, "/svc/web");

    mesh.consul.neg("/dc1/web");

    assertThat(seen.value()).isEqualTo(new Neg<Bound>());
  }

  @Test
  void outlivesSimplifyingWhenNothingElseIsLeft() {
    NameTree<Bound> certain = new Neg<>();
    NameTree<Bound> doubtful = new Neg<>(WHY);

    assertThat(new Alt<>(List.of(certain, doubtful, certain)).simplified()).isEqualTo(doubtful);
    assertThat(new Union<>(List.of(half(certain), half(doubtful))).simplified())
        .isEqualTo(doubtful);
    assertThat(new Alt<>(List.of(doubtful, new Fail<Bound>())).simplified())
        .isEqualTo(new Fail<Bound>());
  }

  private void doubt(String name) {
    mesh.consul.answer(name, new State.Ok<>(new Neg<>(WHY)));
  }

  private static Weighted<Bound> half(NameTree<Bound> tree) {
    return new Weighted<>(0.5, tree);
  }
}
