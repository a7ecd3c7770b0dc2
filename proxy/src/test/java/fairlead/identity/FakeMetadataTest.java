package fairlead.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fairlead.identity.FakeMetadata.Imds;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.imds.Ec2MetadataClient;

class FakeMetadataTest {
  @Test
  void isReadByTheClientOfAws() throws Exception {
    try (var fake = new FakeMetadata(Imds.V2_ONLY, FakeMetadata.instance("10.1.0.11"));
        var client =
            Ec2MetadataClient.builder()
                .endpoint(URI.create(fake.bind("127.0.0.1", 0)))
                .httpClient(UrlConnectionHttpClient.builder())
                .tokenTtl(Duration.ofMinutes(5))
                .build()) {
      assertThat(client.get("/latest/meta-data/local-ipv4").asString()).isEqualTo("10.1.0.11");
      assertThat(client.get("/latest/meta-data/placement/availability-zone").asString())
          .isEqualTo("eu-west-1a");
      assertThatThrownBy(() -> client.get("/latest/meta-data/nothing")).hasMessageContaining("404");
    }
  }

  @Test
  void refusesWhatTheRealServiceRefuses() throws Exception {
    try (var fake = new FakeMetadata(Imds.V2_ONLY, FakeMetadata.instance("10.1.0.11"))) {
      String base = fake.bind("127.0.0.1", 0);
      var client = new MetadataClient(Duration.ofSeconds(10));
      String token = base + "/latest/api/token";
      String ttl = "X-aws-ec2-metadata-token-ttl-seconds";

      assertThat(client.send("PUT", token, Map.of()).status()).isEqualTo(400);
      assertThat(client.send("PUT", token, Map.of(ttl, "21601")).status()).isEqualTo(400);
      assertThat(client.send("GET", token, Map.of(ttl, "60")).status()).isEqualTo(405);
      assertThat(
              client.send("PUT", token, Map.of(ttl, "60", "X-Forwarded-For", "10.0.0.1")).status())
          .isEqualTo(403);
      assertThat(client.send("GET", base + "/latest/meta-data/local-ipv4", Map.of()).status())
          .isEqualTo(401);
    }
  }
}
