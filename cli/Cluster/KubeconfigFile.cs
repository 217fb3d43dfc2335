using k8s.KubeConfigModels;
using YamlDotNet.RepresentationModel;

namespace KubectlGemma.Cluster;

/// <summary>
/// Reads one kubeconfig from its YAML nodes: to set up a decoder of the library's types takes longer than everything
/// else of a short command, and values stay the text that they are.
/// </summary>
internal static class KubeconfigFile
{
    /// <summary>Returns what a file says; paths in it are relative to its folder.</summary>
    /// <exception cref="YamlDotNet.Core.YamlException">It is no YAML.</exception>
    /// <exception cref="FormatException">A field has another shape than a kubeconfig's.</exception>
    public static K8SConfiguration Load(FileInfo file)
    {
        using var text = file.OpenText();
        var yaml = new YamlStream();
        yaml.Load(text);
        var root = yaml.Documents.Count > 0 ? yaml.Documents[0].RootNode as YamlMappingNode : null;
        return new K8SConfiguration
        {
            ApiVersion = Text(root, "apiVersion"),
            Kind = Text(root, "kind"),
            CurrentContext = Text(root, "current-context"),
            Contexts = List(root, "contexts", ContextOf),
            Clusters = List(root, "clusters", ClusterOf),
            Users = List(root, "users", user => UserOf(user, file.DirectoryName!)),
            FileName = file.FullName,
        };
    }

    private static Context ContextOf(YamlMappingNode node) =>
        new()
        {
            Name = Text(node, "name"),
            ContextDetails = Map(node, "context") is { } details
                ? new ContextDetails
                {
                    Cluster = Text(details, "cluster"),
                    User = Text(details, "user"),
                    Namespace = Text(details, "namespace"),
                }
                : null,
        };

    private static k8s.KubeConfigModels.Cluster ClusterOf(YamlMappingNode node) =>
        new()
        {
            Name = Text(node, "name"),
            ClusterEndpoint = Map(node, "cluster") is { } endpoint
                ? new ProxiedEndpoint
                {
                    ProxyUrl = Text(endpoint, "proxy-url"),
                    Server = Text(endpoint, "server"),
                    CertificateAuthority = Text(endpoint, "certificate-authority"),
                    CertificateAuthorityData = Text(endpoint, "certificate-authority-data"),
                    TlsServerName = Text(endpoint, "tls-server-name"),
                    SkipTlsVerify = IsTrue(endpoint, "insecure-skip-tls-verify"),
                }
                : null,
        };

    private static User UserOf(YamlMappingNode node, string folder) =>
        new()
        {
            Name = Text(node, "name"),
            UserCredentials = Map(node, "user") is { } user
                ? new UserCredentials
                {
                    ClientCertificate = Text(user, "client-certificate"),
                    ClientCertificateData = Text(user, "client-certificate-data"),
                    ClientKey = Text(user, "client-key"),
                    ClientKeyData = Text(user, "client-key-data"),
                    Token = Text(user, "token"),
                    UserName = Text(user, "username"),
                    Password = Text(user, "password"),
                    Impersonate = Text(user, "as"),
                    ImpersonateGroups = Texts(user, "as-groups") ?? [],
                    AuthProvider = Map(user, "auth-provider") is { } provider
                        ? new AuthProvider { Name = Text(provider, "name"), Config = TextsByName(provider, "config") }
                        : null,
                    ExternalExecution = Map(user, "exec") is { } exec ? ExecOf(exec, folder) : null,
                }
                // A user that is named and has no credentials is nobody: anonymous.
                : new UserCredentials(),
        };

    private static LoginExecution ExecOf(YamlMappingNode node, string folder) =>
        new()
        {
            ApiVersion = Text(node, "apiVersion"),
            // As kubectl: a name is looked for in $PATH, and a path lies beside the kubeconfig.
            Command =
                Text(node, "command") is { } command && ProgramPath.IsPath(command)
                    ? Path.GetFullPath(command, folder)
                    : Text(node, "command"),
            Arguments = Texts(node, "args"),
            EnvironmentVariables = List(
                node,
                "env",
                variable => new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["name"] = Text(variable, "name") ?? "",
                    ["value"] = Text(variable, "value") ?? "",
                }
            ),
            InstallHint = Text(node, "installHint"),
            ProvideClusterInfo = IsTrue(node, "provideClusterInfo"),
            InteractiveMode = Text(node, "interactiveMode"),
        };

    private static YamlNode? Find(YamlMappingNode? node, string field) =>
        node?.Children.FirstOrDefault(c => c.Key is YamlScalarNode { Value: { } name } && name == field).Value;

    private static string? Text(YamlMappingNode? node, string field) =>
        Find(node, field) switch
        {
            null => null,
            YamlScalarNode scalar => IsNull(scalar) ? null : scalar.Value,
            var other => throw Odd(field, other, "text"),
        };

    private static bool IsTrue(YamlMappingNode node, string field) =>
        Text(node, field) switch
        {
            null => false,
            var text when bool.TryParse(text, out var value) => value,
            _ => throw Odd(field, Find(node, field)!, "true or false"),
        };

    private static YamlMappingNode? Map(YamlMappingNode? node, string field) =>
        Find(node, field) switch
        {
            null => null,
            YamlScalarNode scalar when IsNull(scalar) => null,
            YamlMappingNode map => map,
            var other => throw Odd(field, other, "a mapping"),
        };

    private static List<T>? List<T>(YamlMappingNode? node, string field, Func<YamlMappingNode, T> read) =>
        Items(node, field)
            ?.Select(i => i is YamlMappingNode map ? read(map) : throw Odd(field, i, "a list of mappings"))
            .ToList();

    private static List<string>? Texts(YamlMappingNode node, string field) =>
        Items(node, field)
            ?.Select(i => i is YamlScalarNode { Value: { } text } ? text : throw Odd(field, i, "a list of texts"))
            .ToList();

    private static IList<YamlNode>? Items(YamlMappingNode? node, string field) =>
        Find(node, field) switch
        {
            null => null,
            YamlScalarNode scalar when IsNull(scalar) => null,
            YamlSequenceNode list => list.Children,
            var other => throw Odd(field, other, "a list"),
        };

    private static Dictionary<string, string>? TextsByName(YamlMappingNode node, string field) =>
        Map(node, field)
            ?.Children.Where(c => c is { Key: YamlScalarNode, Value: YamlScalarNode })
            .ToDictionary(
                c => ((YamlScalarNode)c.Key).Value ?? "",
                c => ((YamlScalarNode)c.Value).Value ?? "",
                StringComparer.Ordinal
            );

    private static bool IsNull(YamlScalarNode scalar) =>
        scalar.Style == YamlDotNet.Core.ScalarStyle.Plain && scalar.Value is null or "" or "null" or "~";

    private static FormatException Odd(string field, YamlNode node, string right) =>
        new($"line {node.Start.Line}: {field} isn't {right}");
}
