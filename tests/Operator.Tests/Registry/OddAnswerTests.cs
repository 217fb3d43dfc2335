using System.Net;
using System.Text;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.References;

namespace Operator.Tests.Registry;

/// <summary>Hostile 11, 7: whatever a registry says becomes a value or a RegistryException, and is bounded.</summary>
public sealed class OddAnswerTests
{
    private const string Layer = "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    private static readonly ImageReference Reference = ImageReference.Parse("r.example/team/base:1");

    [TestCase("""{"architecture":"amd64","rootfs":"layers"}""", "names 0 layers")]
    [TestCase("""{"rootfs":["x"]}""", "names 0 layers")]
    [TestCase("""{"rootfs":{"diff_ids":{"a":1}}}""", "names 0 layers")]
    [TestCase("""{"rootfs":{"diff_ids":[1]},"rootfs":1}""", "isn't JSON")]
    [TestCase("""["rootfs"]""", "is no JSON object")]
    [TestCase("""{"config":{"Labels":{"a":"\ud800"}}}""", "isn't JSON")]
    [TestCase("""{"config":{"\udfff":"a"}}""", "isn't JSON")]
    public async Task A_config_of_any_form_is_read_or_refused(string config, string why) =>
        Assert.That((await ReadAsync(config)).Message, Does.Contain(why));

    [TestCase("18446744073709551616")]
    [TestCase("9223372036854775807")]
    [TestCase("-1")]
    [TestCase("1e300")]
    [TestCase("1.5")]
    [TestCase("\"5\"")]
    [TestCase("{}")]
    public async Task A_size_that_is_none_is_refused(string size)
    {
        var failure = await ReadAsync("{}", layers: $$"""{"digest":"{{Layer}}","size":{{size}}}""");
        Assert.That(failure.Error, Is.EqualTo(RegistryError.Invalid));
        Assert.That(failure.Message, Does.Contain("is no size in bytes"));
    }

    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("\"x\"")]
    [TestCase("{\"digest\":5}")]
    [TestCase("{\"digest\":\"sha256:short\"}")]
    public async Task A_layer_without_a_digest_is_refused(string layer) =>
        Assert.That((await ReadAsync("{}", layer)).Message, Does.Contain("a descriptor has no valid digest"));

    [Test]
    public async Task Deep_nesting_and_text_that_is_none_are_refused()
    {
        var deep = new string('[', 5000) + new string(']', 5000);
        var binary = """{"a":"?"}"""u8.ToArray();
        binary[6] = 0xff;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await ReadAsync($$"""{"x":{{deep}}}""")).Message, Does.Contain("isn't JSON"));
            Assert.That((await ReadAsync(binary)).Message, Does.Contain("isn't JSON"));
        }
    }

    [Test]
    public async Task Absurd_numbers_of_things_are_refused_before_they_cost_memory()
    {
        var labels = string.Join(',', Enumerable.Range(0, 1001).Select(i => $"\"l{i}\":\"\""));
        var layers = string.Join(',', Enumerable.Repeat($$"""{"digest":"{{Layer}}","size":1}""", 1001));
        var tokens = string.Join(',', Enumerable.Repeat("1", 32_001));
        var images = string.Join(',', Enumerable.Repeat($$"""{"digest":"{{Layer}}"}""", 1001));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (await ReadAsync($$$"""{"config":{"Labels":{{{{labels}}}}},"rootfs":{"diff_ids":["a"]}}""")).Message,
                Does.Contain("the config has 1001 labels; at most 1000 are read")
            );
            Assert.That((await ReadAsync("{}", layers)).Message, Does.Contain("the manifest names 1001 layers"));
            Assert.That(
                (await ReadAsync($$"""{"x":[{{tokens}}]}""")).Message,
                Does.Contain("more than 32000 names and values")
            );
            Assert.That(
                (await IndexAsync($$"""{"schemaVersion":2,"manifests":[{{images}}]}""")).Message,
                Does.Contain("the index names 1001 images; at most 1000 are read")
            );
        }
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_config_beyond_a_mebibyte_is_not_read(bool isHonest)
    {
        var config = new byte[(1 << 20) + 1];
        Array.Fill(config, (byte)' ');
        (config[0], config[^1]) = ((byte)'{', (byte)'}');
        var failure = await ReadAsync(config, size: isHonest ? config.Length : 5);
        Assert.That(failure.Message, Does.Contain("1048576"));
    }

    [TestCase("""{"token":"a\nb"}""", "something that is no token")]
    [TestCase("""{"token":"a b"}""", "something that is no token")]
    [TestCase("""{"token":5}""", "answered without a token")]
    [TestCase("""{"token":"\ud800"}""", "isn't JSON")]
    [TestCase("""{"token":"t","token":"u"}""", "isn't JSON")]
    [TestCase("[]", "is no JSON object")]
    [TestCase("<html>", "isn't JSON")]
    public async Task A_token_that_is_none_is_refused(string body, string why) =>
        Assert.That((await TokenAsync(body)).Message, Does.Contain(why));

    [TestCase("1e400")]
    [TestCase("-5")]
    [TestCase("\"soon\"")]
    [TestCase("99999999999999999999999999")]
    public async Task A_lifetime_of_any_form_leaves_a_token(string seconds)
    {
        var failure = await TokenAsync($$"""{"token":"t","expires_in":{{seconds}}}""");
        Assert.That(failure.Status, Is.EqualTo(HttpStatusCode.Unauthorized), "it was used, and refused");
    }

    [TestCase("https://r.example:99999/token")]
    [TestCase("r.example/token")]
    [TestCase("")]
    public async Task A_realm_that_is_no_URL_is_refused(string realm) =>
        Assert.That((await TokenAsync("{}", realm)).Message, Does.Contain("which is no https URL"));

    [TestCase("//r.example:99999/x")]
    [TestCase("http://[::1")]
    public void A_location_that_is_no_URL_is_refused(string location)
    {
        var repository = ImageRepository.Parse("r.example/team/base");
        using var response = RegistryAnswer.Of("", "text/plain", HttpStatusCode.Accepted, ("Location", location));
        var call = new RegistryCall(
            HttpMethod.Post,
            repository,
            new("r.example", "team/base"),
            new Uri("https://r.example/v2/team/base/blobs/uploads/")
        );
        var failure = Assert.Throws<RegistryException>(() => BlobUpload.Location(call, response));
        Assert.That(failure!.Message, Does.Contain("its location is no URL"));
    }

    private static Task<RegistryException> ReadAsync(string config, string? layers = null) =>
        ReadAsync(Encoding.UTF8.GetBytes(config), layers);

    private static async Task<RegistryException> ReadAsync(byte[] config, string? layers = null, long? size = null)
    {
        var digest = ImageDigest.Of(config);
        var manifest = $$"""
            {"schemaVersion":2,"config":{"digest":"{{digest}}","size":{{size ?? config.Length}}},
             "layers":[{{layers ?? $$"""{"digest":"{{Layer}}","size":1}"""}}]}
            """;
        var handler = new ScriptedHandler(
            (request, _) =>
                request.RequestUri!.AbsolutePath.Contains("/blobs/", StringComparison.Ordinal)
                    ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(config) }
                    : RegistryAnswer.Of(manifest)
        );
        return await FailureAsync(handler);
    }

    private static Task<RegistryException> IndexAsync(string index) =>
        FailureAsync(
            new ScriptedHandler((_, _) => RegistryAnswer.Of(index, "application/vnd.oci.image.index.v1+json"))
        );

    private static async Task<RegistryException> FailureAsync(ScriptedHandler handler) =>
        (
            await Assert.ThrowsAsync<RegistryException>(() =>
                ImageReader.ReadAsync(Scripted.Client(handler), Reference, "linux/amd64", CancellationToken.None)
            )
        )!;

    private static Task<RegistryException> TokenAsync(string body, string realm = "https://auth.example/token") =>
        Scripted.FailureAsync(
            new ScriptedHandler(
                (request, _) =>
                    request.RequestUri!.Host == "auth.example"
                        ? RegistryAnswer.Of(body, "application/json")
                        : RegistryAnswer.Of(
                            "",
                            "text/plain",
                            HttpStatusCode.Unauthorized,
                            ("WWW-Authenticate", $"Bearer realm=\"{realm}\"")
                        )
            ),
            "r.example/team/base"
        );
}
