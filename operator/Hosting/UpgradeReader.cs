using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Models;
using GemmaOperator.BaseImages.Reconcile;
using GemmaOperator.BaseImages.Upgrade;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.Cluster;
using GemmaOperator.Owners;
using GemmaOperator.Registry.Access;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace GemmaOperator.Hosting;

/// <summary>
/// Reads a cluster as an operator of this release would on its start, asks no registry, and changes nothing.
/// </summary>
/// <param name="api">The API server.</param>
/// <param name="options">
/// What the operator is to be given; null when that isn't known, and then nothing is said that depends on it. An empty
/// server image stands for what each object was built with.
/// </param>
/// <param name="hasImageVolumes">Whether pods may mount images.</param>
/// <param name="time">The time.</param>
/// <param name="serverImage">Server image of objects that name none; empty: what their builds tell.</param>
/// <param name="readsSecrets">Whether Secrets may be read; otherwise nothing is said of those that specs name.</param>
internal sealed class UpgradeReader(
    IKubeApi api,
    OperatorOptions? options,
    bool hasImageVolumes,
    TimeProvider time,
    string serverImage = "",
    bool readsSecrets = true
)
{
    private const string Ours = $"{ApiGroup.ManagedByLabel}={ApiGroup.ManagedByValue}";
    private const int PageSize = 500;

    /// <summary>Returns what would happen to each object, by namespace and name.</summary>
    /// <param name="namespaces">Where; empty means everywhere.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="KubeApiException">The API server lists the objects for nobody, or not for this one.</exception>
    public async Task<IReadOnlyList<(ObjectKey Key, IReadOnlyList<UpgradeNote> Notes)>> ReadAsync(
        IReadOnlyList<string> namespaces,
        CancellationToken cancellationToken
    )
    {
        var found = new List<(ObjectKey, IReadOnlyList<UpgradeNote>)>();
        var egress = await EgressAsync(cancellationToken);
        foreach (var ns in namespaces.Count > 0 ? namespaces : [null!])
        {
            var images = await ListAsync<GemmaBaseImage>(ns, null, cancellationToken);
            var builds = new Listed<GemmaBuild>(await ListAsync<GemmaBuild>(ns, null, cancellationToken));
            var gathererFor = await GatherersAsync(ns, images, builds, cancellationToken);
            foreach (var image in images.Where(i => i.Metadata.DeletionTimestamp is null))
            {
                var gatherer = gathererFor(Server(image, builds));
                found.Add((ObjectKey.Of(image), await JudgeAsync(gatherer, image, egress, cancellationToken)));
            }
        }

        return [.. found.OrderBy(f => f.Item1.ToString(), StringComparer.Ordinal)];
    }

    /// <summary>Gathers what decisions about one object look at; null when it isn't there.</summary>
    /// <exception cref="KubeApiException">Something of it may not be read.</exception>
    public async Task<ImageSnapshot?> GatherAsync(string ns, string name, CancellationToken cancellationToken)
    {
        var images = await ListAsync<GemmaBaseImage>(ns, null, cancellationToken);
        if (images.FirstOrDefault(i => i.Metadata.Name == name) is not { } image)
        {
            return null;
        }

        var builds = new Listed<GemmaBuild>(await ListAsync<GemmaBuild>(ns, null, cancellationToken));
        var gathererFor = await GatherersAsync(ns, images, builds, cancellationToken);
        return AsOfLastAttempt(await gathererFor(Server(image, builds)).GatherAsync(image, cancellationToken));
    }

    /// <summary>
    /// Takes Secrets for what they were when the newest attempt failed: their versions aren't looked up here, and a
    /// version that nobody knows isn't a new one.
    /// </summary>
    private static ImageSnapshot AsOfLastAttempt(ImageSnapshot s) =>
        s with
        {
            CredentialsVersion = s.LatestAttempt?.Status?.CredentialsVersion,
        };

    private async Task<Func<BuildRequest.Known, UpgradeNote?>> EgressAsync(CancellationToken cancellationToken)
    {
        if (options is null)
        {
            return _ => null;
        }

        using var reader = EgressSettings.NetworksFor(options, api, time);
        var (policy, networks) = (EgressSettings.For(options), await reader.GetAsync(cancellationToken));
        return known => EgressOutlook.Judge(known, policy, networks);
    }

    private string Server(GemmaBaseImage image, Listed<GemmaBuild> builds) =>
        options?.ServerImage is { Length: > 0 } given ? given
        : serverImage.Length > 0 ? serverImage
        : ServerOf(builds.ByIndex(CacheIndex.OwnerUid, image.Metadata.Uid));

    /// <summary>
    /// Returns the operator's default as builds of an object tell it: those whose spec named no server image. Empty
    /// where none does.
    /// </summary>
    public static string ServerOf(IEnumerable<GemmaBuild> builds) =>
        builds
            .Where(b => b.Spec?.Resolved.Fields.ContainsKey(InputFields.ServerImage) == false)
            .OrderByDescending(b => b.Number)
            .Select(b => b.Spec!.Template.Application?.ServerImage)
            .FirstOrDefault(server => server is { Length: > 0 })
        ?? "";

    private static async Task<IReadOnlyList<UpgradeNote>> JudgeAsync(
        ImageGatherer gatherer,
        GemmaBaseImage image,
        Func<BuildRequest.Known, UpgradeNote?> egress,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return UpgradeOutlook.Judge(AsOfLastAttempt(await gatherer.GatherAsync(image, cancellationToken)), egress);
        }
        catch (KubeApiException e)
        {
            return [new UpgradeNote(UpgradeEffect.Unknown, e.Message)];
        }
    }

    /// <summary>Lists all that gathering looks at, once; returns a gatherer for each default server image.</summary>
    private async Task<Func<string, ImageGatherer>> GatherersAsync(
        string? ns,
        IReadOnlyList<GemmaBaseImage> images,
        Listed<GemmaBuild> builds,
        CancellationToken cancellationToken
    )
    {
        var listed = new Listed<GemmaBaseImage>(images, (RepositoryLookup.ByRepository, NamedRepositories.Keys));
        var deployments = new Listed<V1Deployment>(await ListAsync<V1Deployment>(ns, Ours, cancellationToken));
        var services = new Listed<V1Service>(await ListAsync<V1Service>(ns, Ours, cancellationToken));
        var budgets = new Listed<V1PodDisruptionBudget>(
            await ListAsync<V1PodDisruptionBudget>(ns, Ours, cancellationToken)
        );
        var pods = new Listed<V1Pod>(
            await ListAsync<V1Pod>(ns, Ours, cancellationToken),
            (ImageGatherer.PodsByImage, ObjectLinks.ServedImage)
        );
        var jobs = new Listed<V1Job>(await ListAsync<V1Job>(ns, Ours, cancellationToken));
        var claims = new Listed<V1PersistentVolumeClaim>(
            await ListAsync<V1PersistentVolumeClaim>(ns, Ours, cancellationToken),
            (
                WeightsReader.ClaimsByImage,
                claim => ObjectLinks.ModelOf(claim).Select(key => ImageGatherer.PodKey(key.Namespace!, key.Name))
            )
        );
        var events = new PodEventReader(api, NullLogger<PodEventReader>.Instance);
        var defaults = new PublishedDefaults(api);
        return server => new ImageGatherer(
            api,
            new RepositoryOwners(
                listed,
                options?.RepositoryPolicy ?? RepositoryPolicy.AllowAll,
                options?.InsecureRegistries,
                NullLogger.Instance
            ),
            builds,
            deployments,
            services,
            budgets,
            pods,
            jobs,
            Inputs(server),
            // What is looked up of registries before a build begins there leaves traces.
            preflight: null,
            events,
            new WeightsReader(api, claims, events, () => hasImageVolumes, []),
            options?.Hub ?? RecordedHub.Of(images),
            time,
            defaults
        );
    }

    private BuildRequestReader Inputs(string server)
    {
        var secrets = new AskedLater<V1Secret>();
        return new BuildRequestReader(
            new ConfigMapReader(new AskedLater<V1ConfigMap>(), api),
            readsSecrets ? new SecretReader(secrets, api) : null,
            readsSecrets ? new SecretKeyReader(secrets, api) : null,
            server,
            canScan: true,
            options?.ExecutorImage ?? BuildSpec.DefaultExecutorImage,
            options?.Tenants
        );
    }

    private async Task<IReadOnlyList<T>> ListAsync<T>(string? ns, string? labels, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var all = new List<T>();
        string? next = null;
        do
        {
            var page = await api.ListAsync<T>(
                new ListQuery
                {
                    Namespace = ns,
                    LabelSelector = labels,
                    Limit = PageSize,
                    Continue = next,
                },
                cancellationToken
            );
            all.AddRange(page.Items);
            next = page.Continue;
        } while (next is not null);

        return all;
    }
}
