using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Probe;
using GemmaOperator.BaseImages.Workloads;
using k8s;
using k8s.Models;
using Operator.Tests.Trials.Months.World;

namespace Operator.Tests.Trials.Years;

/// <summary>Keeps account of a simulated year, and of the promises that weren't kept in it.</summary>
internal sealed class Ledger
{
    private readonly SimStore _store;
    private readonly YearImages _images;
    private readonly SimTime _time;
    private readonly List<string> _broken;
    private readonly Dictionary<string, GemmaBuild> _builds = new(StringComparer.Ordinal);
    private string? _seen;

    public Ledger(SimStore store, YearImages images, SimTime time, IReadOnlyList<string> names, List<string> broken)
    {
        Accounts = names.ToDictionary(name => name, name => new Account(name), StringComparer.Ordinal);
        (_store, _images, _time, _broken) = (store, images, time, broken);
        store.Created = Created;
    }

    /// <summary>Gets the account of each object, by its name.</summary>
    public IReadOnlyDictionary<string, Account> Accounts { get; }

    public IEnumerable<GemmaBuild> BuildsOf(string name) => _builds.Values.Where(b => b.Spec!.ImageRef.Name == name);

    /// <summary>Looks at what has come to be, and at what must hold at all times.</summary>
    public void Look()
    {
        if (_store.Version == _seen)
        {
            return;
        }

        _seen = _store.Version;
        foreach (var build in _store.List<GemmaBuild>())
        {
            _builds[build.Metadata.Uid] = build;
        }

        var pods = _store.List<V1Pod>().Where(p => IsServer(p) && SimDeployments.Answers(p)).ToList();
        foreach (var image in _store.List<GemmaBaseImage>())
        {
            var account = Accounts[image.Metadata.Name];
            var own = pods.Where(p => NameOf(p) == account.Name).ToList();
            own.ForEach(pod => account.Serve(pod.Metadata.Uid, _time.Now, ContentsOf(pod)!));
            if (own.Count == 0 && account.Served.Count > 0)
            {
                Broken($"no pod of {account.Name} answers any more");
            }

            if (Condition(image, ConditionType.Patched)?.Reason == ImageReason.Patched.SlaExceeded)
            {
                Broken($"{account.Name} has been exposed too long: {Condition(image, ConditionType.Patched)!.Message}");
            }
        }
    }

    /// <summary>Checks what must hold at the end.</summary>
    public void Close()
    {
        foreach (var image in _store.List<GemmaBaseImage>())
        {
            var account = Accounts[image.Metadata.Name];
            account.Close(_time.Now, Broken);
            if (Condition(image, ConditionType.Ready)?.Status != "True")
            {
                Broken($"{account.Name} isn't ready: {Condition(image, ConditionType.Ready)?.Message}");
            }

            if (BuildsOf(account.Name).All(b => !b.HasSucceeded))
            {
                Broken($"no build of {account.Name} succeeded");
            }
        }
    }

    private static V1Condition? Condition(GemmaBaseImage image, string type) =>
        image.Status?.Conditions.FirstOrDefault(c => c.Type == type);

    private static bool IsServer(V1Pod pod) => pod.Metadata.OwnerReferences is [{ Kind: V1Deployment.KubeKind }];

    private static string NameOf(V1Pod pod) => pod.Metadata.Labels[ApiGroup.ImageLabel];

    /// <summary>A pod that starts must bring something that the one before doesn't have.</summary>
    private void Created(IKubernetesObject<V1ObjectMeta> made)
    {
        if (made is V1Job job && ProbeJob.Is(job))
        {
            Accounts[job.Metadata.Labels[ApiGroup.ImageLabel]].Asked++;
        }
        else if (made is V1Pod pod && IsServer(pod))
        {
            var account = Accounts[NameOf(pod)];
            if (ContentsOf(pod) is not { } contents)
            {
                Broken($"pod {pod.Metadata.Name} has an image that was never verified");
            }
            else if (!account.Start(_time.Now, contents, IsPatch(pod)))
            {
                Broken($"pod {pod.Metadata.Name} is new and brings no package that the one before hasn't");
            }
        }
    }

    private bool IsPatch(V1Pod pod) =>
        _builds.Values.Where(b => b.Status?.Promoted?.Digest == DigestOf(pod)).MinBy(b => b.Number)?.IsPatch == true;

    private Contents? ContentsOf(V1Pod pod) => DigestOf(pod) is { } digest ? _images.Find(digest) : null;

    /// <summary>Returns the digest of the base image below the application that a pod runs.</summary>
    private string? DigestOf(V1Pod pod)
    {
        var application = ServingDeployment.ImageOf(pod.Spec)!.Split('@')[^1];
        return _builds
            .Values.FirstOrDefault(b => b.Status?.Application?.Digest == application && b.Status.Promoted is not null)
            ?.Status!.Promoted!.Digest;
    }

    private void Broken(string what) => _broken.Add($"{_time.Now:yyyy-MM-dd HH:mm:ss}: {what}");
}
