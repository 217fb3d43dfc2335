using System.Text;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Push;

namespace Operator.Tests.Registry.Push;

internal sealed class UserCredentialsTests
{
    private static readonly string Auth = Convert.ToBase64String(Encoding.UTF8.GetBytes("user:secret"));

    [Test]
    public async Task An_entry_of_the_file_is_used()
    {
        var read = await ReadAsync($$$$"""{"auths":{"registry.example:5000":{"auth":"{{{{Auth}}}}"}}}""");
        Assert.That(read.For("registry.example:5000"), Is.EqualTo(new RegistryCredential("user", "secret")));
    }

    [Test]
    public async Task Without_a_file_there_are_none() =>
        Assert.That(
            (await UserCredentials.ForAsync("a.example", "/nowhere/config.json", Never, CancellationToken.None)).For(
                "a.example"
            ),
            Is.Null
        );

    [Test]
    public async Task A_helper_of_the_host_wins_over_the_one_for_all_and_empty_entries_are_what_it_left()
    {
        string? asked = null;
        var read = await ReadAsync(
            """{"auths":{"a.example":{}},"credsStore":"desktop","credHelpers":{"a.example":"gcloud"}}""",
            (name, server, _) =>
            {
                asked = $"{name} {server}";
                return Task.FromResult<string?>("""{"ServerURL":"a.example","Username":"u","Secret":"s"}""");
            }
        );
        Assert.That(asked, Is.EqualTo("gcloud a.example"));
        Assert.That(read.For("a.example"), Is.EqualTo(new RegistryCredential("u", "s")));
    }

    [Test]
    public async Task Docker_Hub_has_a_name_of_its_own_and_tokens_a_user_of_theirs()
    {
        string? asked = null;
        var read = await ReadAsync(
            """{"credsStore":"desktop"}""",
            (_, server, _) =>
            {
                asked = server;
                return Task.FromResult<string?>("""{"Username":"<token>","Secret":"t"}""");
            },
            "docker.io"
        );
        Assert.That(asked, Is.EqualTo("https://index.docker.io/v1/"));
        Assert.That(read.For("docker.io")?.IdentityToken, Is.EqualTo("t"));
    }

    [Test]
    public async Task A_helper_that_knows_nothing_leaves_the_push_anonymous() =>
        Assert.That(
            (await ReadAsync("""{"credsStore":"x"}""", (_, _, _) => Task.FromResult<string?>(null))).For("a.example"),
            Is.Null
        );

    [TestCase("{", "isn't JSON")]
    [TestCase("[]", "holds no JSON object")]
    [TestCase("""{"credsStore":"../../bin/sh"}""", "can't have the name")]
    [TestCase("""{"credsStore":"broken"}""", "without Username and Secret")]
    [TestCase("""{"auths":{"a.example":{"auth":"%%%"}}}""", "has neither 'auth'")]
    public void What_cannot_be_read_is_told(string file, string told) =>
        Assert.That(
            () => ReadAsync(file, (_, _, _) => Task.FromResult<string?>("{}")),
            Throws.TypeOf<FormatException>().With.Message.Contains(told)
        );

    [Test]
    public void A_helper_that_is_not_installed_is_named() =>
        Assert.That(
            () => CredentialHelper.AskAsync("no-such-helper", "a.example", CancellationToken.None),
            Throws.TypeOf<FormatException>().With.Message.Contains("docker-credential-no-such-helper")
        );

    private static Task<string?> Never(string name, string server, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("no helper is named");

    private static async Task<DockerConfig> ReadAsync(
        string content,
        Func<string, string, CancellationToken, Task<string?>>? helper = null,
        string host = "a.example"
    )
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, content);
            return await UserCredentials.ForAsync(host, file, helper ?? Never, CancellationToken.None);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
