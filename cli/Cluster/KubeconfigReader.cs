using k8s;
using k8s.KubeConfigModels;
using KubectlGemma.Output;

namespace KubectlGemma.Cluster;

/// <summary>Reads kubeconfigs as kubectl does: --kubeconfig, the files of $KUBECONFIG merged, ~/.kube/config.</summary>
internal static class KubeconfigReader
{
    /// <exception cref="CliException">There is none, or it can't be used.</exception>
    public static KubernetesClientConfiguration Read(ClusterTarget target)
    {
        try
        {
            return Checked(Load(target));
        }
        catch (NullReferenceException e)
        {
            throw Unusable("it lacks its contexts, clusters or users", e);
        }
        catch (Exception e) when (e is not CliException)
        {
            // The library's errors come in many kinds: of YAML, files, certificates, login programs.
            throw Unusable(e.Message, e);
        }
    }

    private static KubernetesClientConfiguration Load(ClusterTarget target)
    {
        var files = Files(target);
        if (files.Count == 0)
        {
            return target.Context is null && KubernetesClientConfiguration.IsInCluster()
                ? KubernetesClientConfiguration.InClusterConfig()
                : throw Unusable(
                    Environment.GetEnvironmentVariable("KUBECONFIG") is { Length: > 0 } named
                        ? $"$KUBECONFIG names no file that exists: {named}"
                        : "there is none: neither --kubeconfig nor $KUBECONFIG is given, and "
                            + $"{KubernetesClientConfiguration.KubeConfigDefaultLocation} doesn't exist"
                );
        }

        var merged = Merged([.. files.Select(KubeconfigFile.Load)]);
        var contexts = merged.Contexts?.Select(c => c.Name).ToList() ?? [];
        if (target.Context is { } context && !contexts.Contains(context, StringComparer.Ordinal))
        {
            throw Unusable($"there is no context {Nearest.Quote(context)}{Nearest.Suggest(context, contexts)}");
        }

        return KubernetesClientConfiguration.BuildConfigFromConfigObject(
            LoggedIn(merged, target.Context ?? merged.CurrentContext),
            target.Context
        );
    }

    /// <summary>Runs the login program of the context's user, if it has one.</summary>
    private static K8SConfiguration LoggedIn(K8SConfiguration merged, string? context)
    {
        var details = merged.Contexts?.FirstOrDefault(c => c.Name == context)?.ContextDetails;
        var server = merged.Clusters?.FirstOrDefault(c => c.Name == details?.Cluster)?.ClusterEndpoint;
        if (server is ProxiedEndpoint { ProxyUrl: { Length: > 0 } proxy })
        {
            throw Unusable(
                $"cluster {Nearest.Quote(details?.Cluster)} has proxy-url {Nearest.Quote(proxy)}, which only kubectl "
                    + "follows; take it out there, and set HTTPS_PROXY to it"
            );
        }

        if (merged.Users?.FirstOrDefault(u => u.Name == details?.User) is { UserCredentials: { } given } user)
        {
            user.UserCredentials = LoginProgram.Run(user.Name, given, server);
        }

        return merged;
    }

    /// <summary>Merges as kubectl does: of what two files say, the first one's counts.</summary>
    private static K8SConfiguration Merged(IReadOnlyList<K8SConfiguration> files) =>
        files.Count == 1
            ? files[0]
            : new K8SConfiguration
            {
                CurrentContext = files.Select(f => f.CurrentContext).FirstOrDefault(c => !string.IsNullOrEmpty(c)),
                Contexts = [.. files.SelectMany(f => f.Contexts ?? []).DistinctBy(c => c.Name)],
                Clusters = [.. files.SelectMany(f => f.Clusters ?? []).DistinctBy(c => c.Name)],
                Users = [.. files.SelectMany(f => f.Users ?? []).DistinctBy(u => u.Name)],
                FileName = files[0].FileName,
            };

    private static List<FileInfo> Files(ClusterTarget target)
    {
        if (target.Kubeconfig is { } named)
        {
            return File.Exists(named) ? [new FileInfo(named)] : throw Unusable($"--kubeconfig {named}: no such file");
        }

        // As kubectl: files of $KUBECONFIG that aren't there are passed over.
        IEnumerable<string> paths = Environment.GetEnvironmentVariable("KUBECONFIG") is { Length: > 0 } list
            ? list.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            : [KubernetesClientConfiguration.KubeConfigDefaultLocation];
        return [.. paths.Where(File.Exists).Select(p => new FileInfo(p))];
    }

    private static KubernetesClientConfiguration Checked(KubernetesClientConfiguration configuration) =>
        Uri.TryCreate(configuration.Host, UriKind.Absolute, out var server)
        && (server.Scheme == Uri.UriSchemeHttps || server.Scheme == Uri.UriSchemeHttp)
            ? configuration
            : throw Unusable($"server: {Nearest.Quote(configuration.Host)} isn't an https:// address");

    private static CliException Unusable(string why, Exception? inner = null) =>
        new(ExitCode.NoCluster, $"no usable kubeconfig: {why.ReplaceLineEndings(" ")}", inner);
}
