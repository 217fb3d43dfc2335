using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GemmaOperator.Text;
using KubectlGemma.Output;

namespace KubectlGemma.Local.Engines;

/// <summary>
/// Finds the engine that is meant, as <c>docker</c> does: the command line, <c>DOCKER_HOST</c>, a Docker context; then
/// Podman's variable, and the sockets that engines have where nothing is said.
/// </summary>
/// <param name="settings">What says which one.</param>
/// <param name="read">Reads a file; null where there is none.</param>
/// <param name="exists">Tells whether a file or a socket is there.</param>
internal sealed class EngineLocator(EngineSettings settings, Func<string, string?> read, Func<string, bool> exists)
{
    private const string DefaultContext = "default";

    private const int PortOfHttp = 2375;

    private const int PortOfTls = 2376;

    private const string DefaultSocket = "/var/run/docker.sock";

    /// <exception cref="CliException">What names it can't be understood.</exception>
    public EngineEndpoint Find() =>
        settings switch
        {
            { Asked: { } address } => Of(address, "--engine"),
            { AskedContext: { } context } => OfContext(context, "--engine-context") ?? OfSocket(),
            { DockerHost: { } address } => Of(address, "DOCKER_HOST"),
            { DockerContext: { } context } => OfContext(context, "DOCKER_CONTEXT") ?? OfSocket(),
            _ => OfContext(CurrentContext(), ConfigFile)
                ?? (settings.PodmanHost is { } podman ? Of(podman, "CONTAINER_HOST") : OfSocket()),
        };

    private string ConfigFile => Path.Combine(settings.ConfigFolder, "config.json");

    private EngineEndpoint Of(string address, string by)
    {
        var (uri, isTls) = Parse(address, by, settings.UsesTls);
        return new EngineEndpoint(
            uri,
            uri.Scheme == EngineEndpoint.Tcp && isTls
                ? Files(settings.CertPath ?? settings.ConfigFolder, skipsVerify: false)
                : null,
            by
        );
    }

    private EngineEndpoint OfSocket()
    {
        string?[] places =
        [
            DefaultSocket,
            settings.RuntimeFolder is { } own ? Path.Combine(own, "docker.sock") : null,
            settings.RuntimeFolder is { } users ? Path.Combine(users, "podman", "podman.sock") : null,
            "/run/podman/podman.sock",
        ];
        var path = places.FirstOrDefault(p => p is not null && exists(p)) ?? DefaultSocket;
        return new EngineEndpoint(new Uri($"unix://{path}"), null, "no DOCKER_HOST and no Docker context name another");
    }

    /// <summary>Returns the context that <c>docker context use</c> has left; else the default one.</summary>
    private string CurrentContext() =>
        read(ConfigFile) is { } text
            ? Text(Json(text, ConfigFile), "currentContext") ?? DefaultContext
            : DefaultContext;

    /// <summary>Returns null for the context that is none.</summary>
    private EngineEndpoint? OfContext(string name, string by)
    {
        if (name is "" or DefaultContext)
        {
            return null;
        }

        // Docker names the folders by the name's hash (docker/cli, cli/context/store).
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
        var file = Path.Combine(settings.ConfigFolder, "contexts", "meta", id, "meta.json");
        if (read(file) is not { } text)
        {
            throw Wrong($"{by}: there is no Docker context {Quoted.Of(name)}; 'docker context ls' lists them");
        }

        var endpoint = (Json(text, file)["Endpoints"] as JsonObject)?["docker"] as JsonObject;
        var host = Text(endpoint, "Host") is { Length: > 0 } given
            ? given
            : throw Wrong($"{file}: it names no endpoint of an engine; make the Docker context anew");
        var (uri, isTls) = Parse(host, $"Docker context {Quoted.Of(name)}", usesTls: false);
        var skips = endpoint?["SkipTLSVerify"] is JsonValue value && value.TryGetValue<bool>(out var said) && said;
        var folder = Path.Combine(settings.ConfigFolder, "contexts", "tls", id, "docker");
        var files = Files(folder, skips);
        return new EngineEndpoint(
            uri,
            uri.Scheme == EngineEndpoint.Tcp
            && (isTls || skips || files is { Authority: not null } or { Certificate: not null })
                ? files
                : null,
            $"Docker context {Quoted.Of(name)}"
        );
    }

    /// <summary>Takes no certificate without its key, nor a key alone: the engine would be asked without.</summary>
    private EngineTlsFiles Files(string folder, bool skipsVerify)
    {
        var files = new EngineTlsFiles(
            There(folder, "ca.pem"),
            There(folder, "cert.pem"),
            There(folder, "key.pem"),
            skipsVerify
        );
        return files is { Certificate: null, Key: null } or { Certificate: not null, Key: not null }
            ? files
            : throw Wrong(
                $"{folder}: {(files.Key is null ? "cert.pem" : "key.pem")} is there without "
                    + $"{(files.Key is null ? "key.pem" : "cert.pem")}; an engine that asks for a certificate needs "
                    + "both"
            );
    }

    private string? There(string folder, string name) =>
        Path.Combine(folder, name) is var path && exists(path) ? path : null;

    /// <summary>Reads an address, and tells whether it is to be asked by TLS: <c>https</c> says so by itself.</summary>
    private static (Uri Address, bool IsTls) Parse(string address, string by, bool usesTls)
    {
        const string Right = "write unix:///path/of/docker.sock or tcp://host:2376";
        if (address.StartsWith("ssh://", StringComparison.Ordinal))
        {
            throw Wrong(
                $"{by}: an engine behind ssh isn't reached from here; forward its socket, as in "
                    + "'ssh -nNT -L /tmp/engine.sock:/var/run/docker.sock HOST', and name unix:///tmp/engine.sock"
            );
        }

        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || UntrustedText(address))
        {
            throw Wrong($"{by}: {Quoted.Of(address)} is no address of an engine; {Right}");
        }

        return uri.Scheme switch
        {
            EngineEndpoint.Unix when uri.LocalPath.Length > 1 && uri.Host.Length == 0 => (uri, false),
            "http" or "https" or EngineEndpoint.Tcp when uri.Host.Length > 0 => (
                new UriBuilder(
                    EngineEndpoint.Tcp,
                    uri.Host,
                    uri.Port > 0 ? uri.Port
                        : usesTls ? PortOfTls
                        : PortOfHttp
                ).Uri,
                usesTls || uri.Scheme == Uri.UriSchemeHttps
            ),
            _ => throw Wrong($"{by}: {Quoted.Of(address)} is no address of an engine; {Right}"),
        };
    }

    private static bool UntrustedText(string text) => text.Any(char.IsControl);

    private static JsonObject Json(string text, string file)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject ?? throw Wrong($"{file}: it holds no JSON object");
        }
        catch (JsonException e)
        {
            throw Wrong($"{file}: it isn't JSON (line {e.LineNumber + 1})", e);
        }
    }

    private static string? Text(JsonObject? json, string name) =>
        json?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static CliException Wrong(string message, Exception? inner = null) => new(ExitCode.Usage, message, inner);
}
