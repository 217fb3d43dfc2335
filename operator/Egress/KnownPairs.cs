using System.Text.RegularExpressions;

namespace GemmaOperator.Egress;

/// <summary>
/// Lists the public registries that need another host for more than content: what each sends was read where it is
/// documented, or of its own answers. All others keep to themselves, GitHub, Google, Amazon, Azure, Quay and NVIDIA
/// among them: they give tokens and take uploads at the host that references name.
/// </summary>
internal static partial class KnownPairs
{
    /// <summary>Token services; all of them speak HTTPS.</summary>
    private static readonly (Regex Registry, Regex Realm)[] Realms =
    [
        // docs.docker.com/reference/api/registry/auth
        (DockerHub(), DockerHubTokens()),
        // docs.gitlab.com: the token service is GitLab itself, /jwt/auth.
        (GitLab(), GitLabTokens()),
        // api.digitalocean.com/v2/registry/auth
        (DigitalOcean(), DigitalOceanTokens()),
        // api.scaleway.com/registry-internal/v1/regions/REGION/tokens
        (Scaleway(), ScalewayTokens()),
        // dockerauth.REGION.aliyuncs.com/auth; a registry's own region isn't always the one of its token service.
        (Alibaba(), AlibabaTokens()),
        // docker-auth.elastic.co/auth
        (Elastic(), ElasticTokens()),
        // LinuxServer's images are GitHub's.
        (LinuxServer(), GitHub()),
    ];

    /// <summary>Hosts that only say where the registry is (kubernetes/registry.k8s.io, cmd/archeio).</summary>
    private static readonly (Regex Registry, Regex Reads)[] Reads =
    [
        (Kubernetes(), GoogleArtifacts()),
        (KubernetesBefore(), GoogleArtifacts()),
        (KubernetesBefore(), Kubernetes()),
        (LinuxServer(), GitHub()),
    ];

    /// <summary>Tells whether a registry's tokens are known to come from a host.</summary>
    public static bool IsRealm(string registry, string realm) =>
        Realms.Any(p => p.Registry.IsMatch(registry) && p.Realm.IsMatch(realm));

    /// <summary>Tells whether a registry is known to send all reads on to a host.</summary>
    public static bool IsRead(string registry, string to) =>
        Reads.Any(p => p.Registry.IsMatch(registry) && p.Reads.IsMatch(to));

    private const RegexOptions Plain = RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture;

    [GeneratedRegex(@"\A(registry-1|index)\.docker\.io\z", Plain)]
    private static partial Regex DockerHub();

    [GeneratedRegex(@"\Aauth\.docker\.io\z", Plain)]
    private static partial Regex DockerHubTokens();

    [GeneratedRegex(@"\Aregistry\.gitlab\.com\z", Plain)]
    private static partial Regex GitLab();

    [GeneratedRegex(@"\Agitlab\.com\z", Plain)]
    private static partial Regex GitLabTokens();

    [GeneratedRegex(@"\Aregistry\.digitalocean\.com\z", Plain)]
    private static partial Regex DigitalOcean();

    [GeneratedRegex(@"\Aapi\.digitalocean\.com\z", Plain)]
    private static partial Regex DigitalOceanTokens();

    [GeneratedRegex(@"\Arg\.[a-z0-9-]+\.scw\.cloud\z", Plain)]
    private static partial Regex Scaleway();

    [GeneratedRegex(@"\Aapi\.scaleway\.com\z", Plain)]
    private static partial Regex ScalewayTokens();

    [GeneratedRegex(@"\A([a-z0-9-]+\.)+aliyuncs\.com\z", Plain)]
    private static partial Regex Alibaba();

    [GeneratedRegex(@"\Adockerauth\.[a-z0-9-]+\.aliyuncs\.com\z", Plain)]
    private static partial Regex AlibabaTokens();

    [GeneratedRegex(@"\Adocker\.elastic\.co\z", Plain)]
    private static partial Regex Elastic();

    [GeneratedRegex(@"\Adocker-auth\.elastic\.co\z", Plain)]
    private static partial Regex ElasticTokens();

    [GeneratedRegex(@"\Alscr\.io\z", Plain)]
    private static partial Regex LinuxServer();

    [GeneratedRegex(@"\Aghcr\.io\z", Plain)]
    private static partial Regex GitHub();

    [GeneratedRegex(@"\Aregistry\.k8s\.io\z", Plain)]
    private static partial Regex Kubernetes();

    [GeneratedRegex(@"\Ak8s\.gcr\.io\z", Plain)]
    private static partial Regex KubernetesBefore();

    [GeneratedRegex(@"\A[a-z0-9-]+-docker\.pkg\.dev\z", Plain)]
    private static partial Regex GoogleArtifacts();
}
