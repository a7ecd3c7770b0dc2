package fairlead.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.ECPrivateKey;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys as openssl writes them. */
class PrivateKeysTest {
  @TempDir Path dir;

  @BeforeAll
  static void openssl() {
    assumeTrue(Openssl.isThere(), "openssl is not installed: no keys to read");
  }

  private Path file(String name) {
    return dir.resolve(name);
  }

  private void rsa() {
    Openssl.make("genrsa", "-out", file("pkcs8").toString(), "2048");
    Openssl.make("rsa", "-traditional", "-in", "" + file("pkcs8"), "-out", "" + file("pkcs1"));
  }

  private void ec(String curve) {
    Openssl.make("ecparam", "-name", curve, "-genkey", "-out", "" + file("sec1"));
    Openssl.make("pkcs8", "-topk8", "-nocrypt", "-in", "" + file("sec1"), "-out", "" + file("p8"));
    Openssl.make("ec", "-in", "" + file("sec1"), "-out", "" + file("alone"));
  }

  @Test
  void rsaInPkcs1IsTheSameKeyAsInPkcs8() throws IOException {
    rsa();

    assertThat(Files.readString(file("pkcs1"))).startsWith("-----BEGIN RSA PRIVATE KEY-----");
    assertThat(PrivateKeys.read(file("pkcs1"))).isEqualTo(PrivateKeys.read(file("pkcs8")));
    assertThat(PrivateKeys.read(file("pkcs1")).getAlgorithm()).isEqualTo("RSA");
  }

  @ParameterizedTest
  @CsvSource({"prime256v1", "secp384r1", "secp521r1"})
  void ecInSec1IsTheSameKeyAsInPkcs8(String curve) throws IOException {
    ec(curve);

    assertThat(Files.readString(file("sec1"))).startsWith("-----BEGIN EC PARAMETERS-----");
    var expected = (ECPrivateKey) PrivateKeys.read(file("p8"));
    for (String other : new String[] {"sec1", "alone"}) {
      var key = (ECPrivateKey) PrivateKeys.read(file(other));
      assertThat(key.getS()).isEqualTo(expected.getS());
      assertThat(key.getParams().getOrder()).isEqualTo(expected.getParams().getOrder());
    }
  }

  @Test
  void anEncryptedKeyIsRefusedWithWhatToDo() {
    rsa();
    Openssl.make(
        "pkcs8",
        "-topk8",
        "-in",
        "" + file("pkcs8"),
        "-out",
        "" + file("new"),
        "-passout",
        "pass:x");
    Openssl.make(
        "rsa",
        "-traditional",
        "-in",
        "" + file("pkcs8"),
        "-aes128",
        "-passout",
        "pass:x",
        "-out",
        "" + file("old"));

    for (String name : new String[] {"new", "old"}) {
      assertThatThrownBy(() -> PrivateKeys.read(file(name)))
          .isInstanceOf(UnusableFileException.class)
          .hasMessageContaining("encrypted key")
          .hasMessageContaining("openssl pkey");
    }
  }

  @Test
  void threat59_nothingOfABrokenKeyIsInWhatIsSaidOfIt() throws IOException {
    rsa();
    String whole = Files.readString(file("pkcs8"));
    String canary = whole.substring(200, 260);
    for (String broken :
        new String[] {whole.replace(canary, ""), whole.replace(canary, "?" + canary)}) {
      Files.writeString(file("broken"), broken);

      assertThatThrownBy(() -> PrivateKeys.read(file("broken")))
          .isInstanceOf(UnusableFileException.class)
          .hasNoCause()
          .hasMessageContaining("holds no RSA or EC key that can be read")
          .message()
          .doesNotContain(canary.substring(0, 20));
    }
  }

  @Test
  void aFileWithoutAKeySaysSo() throws IOException {
    Files.writeString(file("none"), "hello");

    assertThatThrownBy(() -> PrivateKeys.read(file("none")))
        .hasMessageContaining("has no private key in it");
    assertThatThrownBy(() -> PrivateKeys.read(file("gone"))).hasMessageEndingWith("is not there");
  }

  @Test
  void anEd25519KeyIsNoneThatWeTake() {
    Openssl.make("genpkey", "-algorithm", "ed25519", "-out", "" + file("ed"));

    assertThatThrownBy(() -> PrivateKeys.read(file("ed")))
        .hasMessageContaining("holds no RSA or EC key");
  }
}
