namespace KubectlGemma.Local.Engines;

/// <summary>Holds what says which container engine is meant, as <c>docker</c> and <c>podman</c> read it.</summary>
internal sealed record EngineSettings
{
    /// <summary>Gets the address of the command line; null where it gives none.</summary>
    public string? Asked { get; init; }

    /// <summary>Gets the Docker context of the command line; null where it names none.</summary>
    public string? AskedContext { get; init; }

    /// <summary>Gets <c>DOCKER_HOST</c>.</summary>
    public string? DockerHost { get; init; }

    /// <summary>Gets <c>DOCKER_CONTEXT</c>.</summary>
    public string? DockerContext { get; init; }

    /// <summary>Gets <c>CONTAINER_HOST</c>, which is Podman's.</summary>
    public string? PodmanHost { get; init; }

    /// <summary>Gets <c>DOCKER_CERT_PATH</c>; null means the folder of the configuration.</summary>
    public string? CertPath { get; init; }

    /// <summary>Gets whether <c>DOCKER_TLS_VERIFY</c> has any value, as the docker command counts it.</summary>
    public bool UsesTls { get; init; }

    /// <summary>Gets <c>DOCKER_CONFIG</c>, or <c>~/.docker</c>.</summary>
    public required string ConfigFolder { get; init; }

    /// <summary>Gets <c>XDG_RUNTIME_DIR</c>, where engines without root have their sockets.</summary>
    public string? RuntimeFolder { get; init; }

    public static EngineSettings OfProcess(string? asked, string? context) =>
        new()
        {
            Asked = asked,
            AskedContext = context,
            DockerHost = Variable("DOCKER_HOST"),
            DockerContext = Variable("DOCKER_CONTEXT"),
            PodmanHost = Variable("CONTAINER_HOST"),
            CertPath = Variable("DOCKER_CERT_PATH"),
            UsesTls = Variable("DOCKER_TLS_VERIFY") is not null,
            ConfigFolder =
                Variable("DOCKER_CONFIG")
                ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".docker"),
            RuntimeFolder = Variable("XDG_RUNTIME_DIR"),
        };

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
