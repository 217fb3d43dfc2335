using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Reconcile;

namespace Operator.Tests.Builds.Reconcile;

internal sealed class BuildCacheTrimmingTests
{
    [Test]
    public void A_running_build_is_kept_whole()
    {
        var running = A.Build(1);

        Assert.That(BuildCacheTrimming.Of(running), Is.SameAs(running));
    }

    [Test]
    public void A_finished_one_is_kept_without_its_texts()
    {
        var build = A.Build(1);
        var finished = BuildCacheTrimming.Of(build.Succeeded());

        Assert.That((finished.Spec!.Resolved.Dockerfile, finished.Spec.Resolved.Requirements), Is.EqualTo(("", "")));
        Assert.That(finished.Spec.Resolved.InputsHash, Is.EqualTo(build.Spec!.Resolved.InputsHash));
        Assert.That(build.Spec.Resolved.Dockerfile, Is.Not.Empty);
    }
}
