using GemmaOperator.Api;
using GemmaOperator.Plan;
using GemmaOperator.Runtime;
using k8s.Models;

namespace GemmaOperator.Reconcilers;

/// <summary>Gathers what a decision about a GemmaBuild may look at; caches only.</summary>
internal sealed class BuildGatherer(IIndexer<V1Job> jobs, IIndexer<V1Pod> pods, TimeProvider time)
{
    public BuildSnapshot Gather(GemmaBuild build)
    {
        var own = jobs.ByIndex(CacheIndex.OwnerUid, build.Metadata.Uid);
        return new BuildSnapshot
        {
            Now = time.GetUtcNow().UtcDateTime,
            Build = build,
            Jobs = own,
            Pods = [.. own.SelectMany(job => pods.ByIndex(CacheIndex.OwnerUid, job.Metadata.Uid))],
        };
    }
}
