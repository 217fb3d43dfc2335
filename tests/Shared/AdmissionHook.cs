using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Tests.Shared;

/// <summary>
/// Hosts an admission webhook over https on loopback, which decides as a test says, and registers it with an API server
/// for one namespace; it is asked from the moment that it is returned, until it is disposed of.
/// </summary>
internal sealed class AdmissionHook : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly WebApplication _app;
    private readonly X509Certificate2 _certificate;
    private readonly HttpClient _api;
    private readonly HookOptions _options;
    private readonly string _namespace;
    private readonly string _name = $"hook-{Guid.NewGuid():N}"[..16];
    private volatile bool _isProbed;
    private bool _isDisposed;

    private AdmissionHook(HttpClient api, string ns, HookOptions options, Func<HookQuestion, Task<Verdict>> decide)
    {
        (_api, _namespace, _options, _certificate) = (api, ns, options, Certificate());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<KestrelServerOptions>(k =>
            k.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(_certificate))
        );
        builder.WebHost.UseKestrelHttpsConfiguration();
        _app = builder.Build();
        _app.Run(context => AnswerAsync(context, decide));
    }

    /// <summary>Gets what was asked, in its order.</summary>
    public ConcurrentQueue<HookQuestion> Asked { get; } = new();

    /// <summary>Starts a webhook and waits until the API server asks it.</summary>
    /// <param name="api">Requests to the API server, with its address and an administrator's token.</param>
    /// <param name="ns">The namespace whose objects it is asked about.</param>
    /// <param name="options">What it is asked about.</param>
    /// <param name="decide">Decides; may be called from several threads.</param>
    public static Task<AdmissionHook> StartAsync(
        HttpClient api,
        string ns,
        HookOptions options,
        Func<HookQuestion, Verdict> decide
    ) => StartAsync(api, ns, options, question => Task.FromResult(decide(question)));

    /// <inheritdoc cref="StartAsync(HttpClient, string, HookOptions, Func{HookQuestion, Verdict})"/>
    public static async Task<AdmissionHook> StartAsync(
        HttpClient api,
        string ns,
        HookOptions options,
        Func<HookQuestion, Task<Verdict>> decide
    )
    {
        var hook = new AdmissionHook(api, ns, options, decide);
        await hook._app.StartAsync(CancellationToken.None);
        await hook.SendAsync(HttpMethod.Post, hook.Path, hook.Configuration());
        var watch = Stopwatch.StartNew();
        while (!hook._isProbed)
        {
            await hook.SendAsync(HttpMethod.Post, $"api/v1/namespaces/{ns}/configmaps?dryRun=All", hook.Probe());
            if (watch.Elapsed > Patience)
            {
                throw new AssertionException("the API server never asked the webhook");
            }
        }

        return hook;
    }

    /// <summary>Stops answering, and stays registered: whoever asks finds nobody.</summary>
    public Task StopAnsweringAsync() => _app.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        try
        {
            await SendAsync(HttpMethod.Delete, $"{Path}/{_name}", null);
        }
        catch (HttpRequestException)
        {
            // The API server went first.
        }

        await _app.DisposeAsync();
        _certificate.Dispose();
        _api.Dispose();
    }

    private string Kind => _options.IsMutating ? "MutatingWebhookConfiguration" : "ValidatingWebhookConfiguration";

    private string Path => $"apis/admissionregistration.k8s.io/v1/{Kind.ToLowerInvariant()}s";

    private async Task AnswerAsync(HttpContext context, Func<HookQuestion, Task<Verdict>> decide)
    {
        var review = (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!;
        var question = new HookQuestion((JsonObject)review["request"]!.DeepClone());
        var response = new JsonObject { ["uid"] = (string)question.Request["uid"]! };
        if (context.Request.Path == "/probe")
        {
            _isProbed = true;
            response["allowed"] = true;
        }
        else
        {
            Asked.Enqueue(question);
            Fill(response, question, await decide(question));
        }

        var answer = new JsonObject
        {
            ["kind"] = "AdmissionReview",
            ["apiVersion"] = "admission.k8s.io/v1",
            ["response"] = response,
        };
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer.ToJsonString(), context.RequestAborted);
    }

    private static void Fill(JsonObject response, HookQuestion question, Verdict verdict)
    {
        response["allowed"] = verdict.Status is null;
        response["warnings"] = new JsonArray([.. verdict.Warnings.Select(w => (JsonNode)w)]);
        if (verdict.Status is { } status)
        {
            response["status"] = status.DeepClone();
        }

        if (
            verdict.Object is { } changed
            && JsonDifference.Between(question.Object!, changed) is { Count: > 0 } difference
        )
        {
            response["patchType"] = "JSONPatch";
            response["patch"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(difference.ToJsonString()));
        }
    }

    private JsonObject Configuration() =>
        new()
        {
            ["apiVersion"] = "admissionregistration.k8s.io/v1",
            ["kind"] = Kind,
            ["metadata"] = new JsonObject { ["name"] = _name },
            ["webhooks"] = new JsonArray(
                Webhook(
                    "hook.test.example",
                    "/decide",
                    new JsonObject
                    {
                        ["operations"] = Texts(_options.Operations),
                        ["apiGroups"] = Texts(_options.Groups),
                        ["apiVersions"] = new JsonArray("*"),
                        ["resources"] = Texts(_options.Resources),
                    },
                    _options.Labels
                ),
                Webhook(
                    "probe.test.example",
                    "/probe",
                    new JsonObject
                    {
                        ["operations"] = new JsonArray("CREATE"),
                        ["apiGroups"] = new JsonArray(""),
                        ["apiVersions"] = new JsonArray("v1"),
                        ["resources"] = new JsonArray("configmaps"),
                    },
                    new Dictionary<string, string>(StringComparer.Ordinal) { ["probe-of"] = _name }
                )
            ),
        };

    private JsonObject Webhook(string name, string path, JsonObject rule, IReadOnlyDictionary<string, string> labels) =>
        new()
        {
            ["name"] = name,
            ["admissionReviewVersions"] = new JsonArray("v1"),
            ["clientConfig"] = new JsonObject
            {
                ["url"] = new Uri(Address, path).ToString(),
                ["caBundle"] = Convert.ToBase64String(Encoding.ASCII.GetBytes(_certificate.ExportCertificatePem())),
            },
            ["failurePolicy"] = _options.FailurePolicy,
            ["sideEffects"] = path == "/probe" ? "None" : _options.SideEffects,
            ["timeoutSeconds"] = _options.TimeoutSeconds,
            ["rules"] = new JsonArray(rule),
            ["namespaceSelector"] = new JsonObject
            {
                ["matchLabels"] = new JsonObject { ["kubernetes.io/metadata.name"] = _namespace },
            },
            ["objectSelector"] = new JsonObject
            {
                ["matchLabels"] = new JsonObject(labels.Select(l => KeyValuePair.Create(l.Key, (JsonNode?)l.Value))),
                ["matchExpressions"] =
                    path == "/probe"
                        ? new JsonArray()
                        : new JsonArray(new JsonObject { ["key"] = "probe-of", ["operator"] = "DoesNotExist" }),
            },
        };

    private JsonObject Probe() =>
        new()
        {
            ["metadata"] = new JsonObject
            {
                ["generateName"] = "probe-",
                ["labels"] = new JsonObject { ["probe-of"] = _name },
            },
        };

    private Uri Address =>
        new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(t => (JsonNode)t)];

    private async Task SendAsync(HttpMethod method, string path, JsonObject? body)
    {
        using var request = new HttpRequestMessage(method, new Uri(_api.BaseAddress!, path));
        request.Content = body is null
            ? null
            : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await _api.SendAsync(request, CancellationToken.None);
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException(await response.Content.ReadAsStringAsync(CancellationToken.None));
        }
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=hook.test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(
                X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign,
                critical: true
            )
        );
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
