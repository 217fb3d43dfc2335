using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Queue;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Hosting;
using GemmaOperator.Runtime.Caching;
using k8s.Models;
using Microsoft.Extensions.Time.Testing;

namespace Operator.Tests.Builds.Queue;

/// <summary>Slots are shared: one namespace's builds can't have all, however long they hold them.</summary>
internal sealed class FairSlotsTests
{
    private static readonly BuildStep Start = new StartKaniko(1);

    [Test]
    public void One_namespace_leaves_a_slot_to_others_and_its_builds_say_what_they_wait_for()
    {
        var slots = new BuildSlots(3, new ObjectCache<V1Job>(), new FakeTimeProvider(), mostOfOne: 2);
        Assert.That(slots.Admit(In("a", 1), Start), Is.EqualTo(Start));
        Assert.That(slots.Admit(In("a", 2), Start), Is.EqualTo(Start));
        var waits = (WaitForSlot)slots.Admit(In("a", 3), Start);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(waits.MostOfOne, Is.EqualTo(2));
            Assert.That(
                waits.After(Given.Snapshot(In("a", 3))).Status.Conditions[0].Message,
                Does.Contain("2 builds of one namespace").And.Contain("--max-builds-per-namespace")
            );
            Assert.That(slots.Next(), Is.Empty, "nobody is woken for a slot that isn't its");
            Assert.That(slots.Admit(In("b", 4), Start), Is.EqualTo(Start));
        }

        slots.Release(In("a", 1));
        Assert.That(slots.Next().Select(k => k.Name), Is.EqualTo(["gemma-b3"]));
        Assert.That(slots.Admit(In("a", 3), Start), Is.EqualTo(Start));
    }

    [TestCase(10, null, null, 8)]
    [TestCase(1, null, null, 1)]
    [TestCase(2, null, null, 1)]
    [TestCase(10, 3, null, 3)]
    [TestCase(10, null, "ml", 10)]
    [TestCase(10, null, "ml ops", 8)]
    public void A_fifth_is_kept_for_others_unless_it_is_said_otherwise(int most, int? own, string? ns, int expected) =>
        Assert.That(
            new OperatorOptions
            {
                MaxBuilds = most,
                MaxBuildsPerNamespace = own,
                Namespaces = ns?.Split(' ') ?? [],
            }.MaxBuildsOfOneNamespace,
            Is.EqualTo(expected)
        );

    [TestCase(8, 6)]
    [TestCase(1, 1)]
    [TestCase(2, 1)]
    public void A_quarter_of_the_workers_is_kept_for_others(int workers, int expected) =>
        Assert.That(new OperatorOptions { Workers = workers }.WorkersOfOneNamespace, Is.EqualTo(expected));

    private static GemmaBuild In(string ns, long number)
    {
        var build = A.Build(number);
        build.Metadata.NamespaceProperty = ns;
        return build;
    }
}
