using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;
using GemmaOperator.Api.Validation;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Identities;
using Microsoft.Extensions.Time.Testing;

namespace Operator.Tests.Registry.Identities;

/// <summary>Tests the token of ECR against a server that checks signatures as AWS' documentation has them.</summary>
internal sealed class AmazonIdentityTests
{
    private const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    private FakeTimeProvider _time = null!;

    [SetUp]
    public void Begin() => _time = new(new DateTimeOffset(2026, 11, 30, 3, 0, 0, TimeSpan.Zero));

    [TestCase("a-session")]
    [TestCase("")]
    public async Task A_signed_question_gets_the_registry_s_user_and_password(string session)
    {
        string? wrong = "never asked";
        var handler = new ScriptedHandler(
            (request, _) =>
            {
                wrong = WhatIsWrong(request, session);
                return Token("AWS:password:with:colons", _time.GetUtcNow().AddHours(12));
            }
        );
        using var http = new HttpClient(handler);
        using var identity = Identity(http, new ImmutableCredentials("AKIDEXAMPLE", Secret, session));
        var credential = await identity.CredentialAsync(Registry(), CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(wrong, Is.Null);
            Assert.That((credential.Username, credential.Password), Is.EqualTo(("AWS", "password:with:colons")));
        }
    }

    [Test]
    public async Task One_token_is_for_a_region_and_is_kept_until_shortly_before_its_end()
    {
        var handler = new ScriptedHandler((_, n) => Token($"AWS:t{n}", _time.GetUtcNow().AddHours(12)));
        using var http = new HttpClient(handler);
        using var identity = Identity(http);
        List<string> passwords = [];
        foreach (
            var (account, region, hours) in new[]
            {
                ("1", "eu-west-1", 0.0),
                ("2", "eu-west-1", 11.9),
                ("1", "us-east-1", 0),
                ("1", "eu-west-1", 0.05),
            }
        )
        {
            _time.Advance(TimeSpan.FromHours(hours));
            var credential = await identity.CredentialAsync(Registry(account, region), CancellationToken.None);
            passwords.Add(credential.Password);
        }

        Assert.That(passwords, Is.EqualTo(new[] { "t1", "t1", "t2", "t3" }));
    }

    [Test]
    public async Task No_identity_says_what_gives_one()
    {
        using var http = new HttpClient(new ScriptedHandler((_, _) => throw new AssertionException("asked")));
        using var identity = new AmazonIdentity(
            http,
            _time,
            (_, _) => throw new AmazonClientException("Unable to get IAM security credentials from EC2 Instance")
        );
        var e = await FailureAsync(identity);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(e.Error, Is.EqualTo(RegistryError.Unavailable));
            Assert.That(e.Message, Does.Contain("no identity; does the operator's ServiceAccount have a role"));
        }
    }

    [Test]
    public async Task A_role_that_doesn_t_trust_the_pod_is_told_apart()
    {
        using var http = new HttpClient(new ScriptedHandler((_, _) => throw new AssertionException("asked")));
        using var identity = new AmazonIdentity(
            http,
            _time,
            (_, _) =>
                throw new AmazonClientException(
                    "Error calling AssumeRole for role arn:aws:iam::123456789012:role/x",
                    new AmazonServiceException("Not authorized to perform sts:AssumeRoleWithWebIdentity")
                    {
                        StatusCode = HttpStatusCode.Forbidden,
                        ErrorCode = "AccessDenied",
                    }
                )
        );
        var e = await FailureAsync(identity);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(e.Error, Is.EqualTo(RegistryError.Unauthorized));
            Assert.That(e.Message, Does.Contain("AccessDenied").And.Contain("trusts this cluster"));
        }
    }

    [Test]
    public async Task A_metadata_service_that_is_silent_is_given_up()
    {
        using var http = new HttpClient(new ScriptedHandler((_, _) => throw new AssertionException("asked")));
        var asked = new TaskCompletionSource();
        using var identity = new AmazonIdentity(
            http,
            _time,
            async (_, token) =>
            {
                asked.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, _time, token);
                throw new AssertionException("unreachable");
            }
        );
        var answer = identity.CredentialAsync(Registry(), CancellationToken.None);
        await asked.Task;
        _time.Advance(TokenQuestion.Patience);
        var e = await Assert.ThrowsAsync<RegistryException>(() => answer);
        Assert.That(e!.Error, Is.EqualTo(RegistryError.Unavailable));
    }

    /// <summary>ECR answers 400 to nearly all that it refuses: what was wrong stands in the body.</summary>
    [TestCase(400, "AccessDeniedException", RegistryError.Denied, "ecr:GetAuthorizationToken")]
    [TestCase(400, "com.amazonaws.ecr#AccessDeniedException", RegistryError.Denied, "ecr:GetAuthorizationToken")]
    [TestCase(400, "ThrottlingException", RegistryError.Unavailable, "tried again later")]
    [TestCase(400, "ExpiredTokenException", RegistryError.Unavailable, "tried again later")]
    [TestCase(400, "InvalidSignatureException", RegistryError.Unauthorized, "the clock of the node")]
    [TestCase(400, "InvalidParameterException", RegistryError.Invalid, "HTTP 400")]
    [TestCase(403, "Forbidden", RegistryError.Denied, "HTTP 403")]
    [TestCase(503, "<html>", RegistryError.Unavailable, "HTTP 503")]
    public async Task A_refusal_says_who_must_act(int status, string type, RegistryError error, string told)
    {
        using var http = new HttpClient(
            new ScriptedHandler(
                (_, _) => RegistryAnswer.Of($$"""{"__type":"{{type}}"}""", code: (HttpStatusCode)status)
            )
        );
        using var identity = Identity(http);
        var e = await FailureAsync(identity);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(e.Error, Is.EqualTo(error));
            Assert.That(e.Message, Does.Contain(told));
        }
    }

    [TestCase("IDPCommunicationError")]
    [TestCase("ExpiredTokenException")]
    public async Task What_passes_by_itself_is_no_refusal(string code)
    {
        using var http = new HttpClient(new ScriptedHandler((_, _) => throw new AssertionException("asked")));
        using var identity = new AmazonIdentity(
            http,
            _time,
            (_, _) =>
                throw new AmazonServiceException("not now") { StatusCode = HttpStatusCode.BadRequest, ErrorCode = code }
        );
        Assert.That((await FailureAsync(identity)).Error, Is.EqualTo(RegistryError.Unavailable));
    }

    /// <summary>The library throws what it likes where variables or files are odd.</summary>
    [Test]
    public async Task Whatever_the_library_throws_says_what_to_look_at()
    {
        using var http = new HttpClient(new ScriptedHandler((_, _) => throw new AssertionException("asked")));
        using var identity = new AmazonIdentity(http, _time, (_, _) => throw new ArgumentNullException("roleArn"));
        Assert.That((await FailureAsync(identity)).Message, Does.Contain("have a role"));
    }

    [TestCase("{}")]
    [TestCase("""{"authorizationData":[]}""")]
    [TestCase("""{"authorizationData":[{"authorizationToken":"no base64"}]}""")]
    [TestCase("""{"authorizationData":[{"authorizationToken":"bm9jb2xvbg=="}]}""")]
    [TestCase("""{"authorizationData":[{"authorizationToken":"QVdTOg=="}]}""")]
    public async Task An_answer_without_a_token_is_none(string body)
    {
        using var http = new HttpClient(new ScriptedHandler((_, _) => RegistryAnswer.Of(body)));
        using var identity = Identity(http);
        var e = await FailureAsync(identity);
        Assert.That(e.Message, Does.Contain("the answer holds no token"));
    }

    private static async Task<RegistryException> FailureAsync(AmazonIdentity identity) =>
        (
            await Assert.ThrowsAsync<RegistryException>(() =>
                identity.CredentialAsync(Registry(), CancellationToken.None)
            )
        )!;

    private AmazonIdentity Identity(HttpClient http, ImmutableCredentials? keys = null) =>
        new(http, _time, (_, _) => Task.FromResult(keys ?? new ImmutableCredentials("AKIDEXAMPLE", Secret, null)));

    private static CloudRegistry.Amazon Registry(string account = "1", string region = "eu-west-1") =>
        (CloudRegistry.Amazon)CloudRegistry.Of($"{account.PadLeft(12, '0')}.dkr.ecr.{region}.amazonaws.com")!;

    private static HttpResponseMessage Token(string pair, DateTimeOffset end)
    {
        var token = Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));
        var seconds = (end.ToUnixTimeMilliseconds() / 1000.0).ToString("R", CultureInfo.InvariantCulture);
        return RegistryAnswer.Of(
            $$"""{"authorizationData":[{"authorizationToken":"{{token}}","expiresAt":{{seconds}}}]}""",
            "application/x-amz-json-1.1"
        );
    }

    /// <summary>Computes the signature anew, step by step as the documentation has it; null: all is right.</summary>
    private static string? WhatIsWrong(HttpRequestMessage request, string session)
    {
        const string Scheme = "AWS4-HMAC-SHA256";
        string Header(string name) => request.Headers.NonValidated[name].ToString();
        var parts = Header("Authorization")[(Scheme.Length + 1)..]
            .Split(", ")
            .Select(p => p.Split('=', 2))
            .ToDictionary(p => p[0], p => p[1]);
        var names = parts["SignedHeaders"].Split(';');
        var body = request.Content!.ReadAsByteArrayAsync().GetAwaiter().GetResult();
        var lines = names.Select(n =>
            n switch
            {
                "host" => $"host:{request.RequestUri!.Host}\n",
                "content-type" => $"content-type:{request.Content.Headers.ContentType}\n",
                _ => $"{n}:{Header(n)}\n",
            }
        );
        var canonical =
            $"POST\n/\n\n{string.Concat(lines)}\n{parts["SignedHeaders"]}\n"
            + Convert.ToHexStringLower(SHA256.HashData(body));
        var date = Header("x-amz-date");
        var scope = $"{date[..8]}/eu-west-1/ecr/aws4_request";
        var toSign =
            $"{Scheme}\n{date}\n{scope}\n"
            + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));
        byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
        var key = Mac(
            Mac(Mac(Mac(Encoding.UTF8.GetBytes("AWS4" + Secret), date[..8]), "eu-west-1"), "ecr"),
            "aws4_request"
        );
        return request.RequestUri!.ToString() != "https://api.ecr.eu-west-1.amazonaws.com/" ? "address"
            : date != "20261130T030000Z" ? "date"
            : parts["Credential"] != $"AKIDEXAMPLE/{scope}" ? "credential"
            : Header("x-amz-target") != "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken" ? "target"
            : session.Length > 0 != names.Contains("x-amz-security-token") ? "session"
            : parts["Signature"] != Convert.ToHexStringLower(Mac(key, toSign)) ? "signature"
            : null;
    }
}
