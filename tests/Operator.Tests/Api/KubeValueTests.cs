using System.Collections;
using GemmaOperator.Api;
using k8s.Models;

namespace Operator.Tests.Api;

/// <summary>Two values are the same when the API would store the same for both.</summary>
internal sealed class KubeValueTests
{
    private static readonly DateTime Noon = new(2026, 1, 2, 12, 0, 0, DateTimeKind.Utc);

    [Test]
    public void The_same_is_the_same() => Assert.That(KubeValue.Same(Status(), Status()), Is.True);

    [Test]
    public void Any_field_makes_a_difference()
    {
        var status = Status();
        GemmaBaseImageStatus[] others =
        [
            status with { BuildCounter = 8 },
            status with { LatestBuild = null },
            status with { LatestImage = status.LatestImage! with { Tag = "other" } },
            status with { NextScheduleTime = Noon.AddSeconds(1) },
            status with { RejectedDigests = [] },
            status with { RejectedDigests = ["a", "c"] },
            status with { RejectedDigests = ["a", "b", "c"] },
            status with { Conditions = [] },
            status with { ServingTemplate = PackedText.Of("other") },
            status with { ServingTemplate = null },
        ];

        Assert.Multiple(() =>
        {
            foreach (var other in others)
            {
                Assert.That((KubeValue.Same(status, other), KubeValue.Same(other, status)), Is.EqualTo((false, false)), $"{other}");
            }
        });
    }

    /// <summary>What a list was made by means nothing, or each reconcile would write the same once more.</summary>
    [Test]
    public void A_list_is_the_same_however_it_is_held()
    {
        var lazy = Status() with { RejectedDigests = new Lazily<string>("a", "b") };

        Assert.That((KubeValue.Same(Status(), lazy), KubeValue.Same(lazy, Status())), Is.EqualTo((true, true)));
        Assert.That(KubeValue.Same(lazy, Status() with { RejectedDigests = ["a"] }), Is.False);
    }

    [Test]
    public void A_time_counts_to_the_second() => Assert.That(
        KubeValue.Same(Status(), Status() with { NextScheduleTime = Noon.AddMilliseconds(999) }), Is.True);

    [TestCase("1Gi", "1024Mi", true)]
    [TestCase("1", "1000m", true)]
    [TestCase("1", "2", false)]
    public void A_quantity_counts_by_its_value(string a, string b, bool isSame) => Assert.That(
        KubeValue.Same(Limits(a), Limits(b)), Is.EqualTo(isSame));

    [TestCase("http", "http", true)]
    [TestCase("http", "https", false)]
    public void A_port_counts_by_its_name(string a, string b, bool isSame) => Assert.That(
        KubeValue.Same(new V1ServicePort { TargetPort = a }, new V1ServicePort { TargetPort = b }), Is.EqualTo(isSame));

    [Test]
    public void A_maps_order_means_nothing()
    {
        Assert.That(KubeValue.Same(Labels(("a", "1"), ("b", "2")), Labels(("b", "2"), ("a", "1"))), Is.True);
        Assert.That(KubeValue.Same(Labels(("a", "1"), ("b", "2")), Labels(("a", "1"), ("c", "2"))), Is.False);
        Assert.That(KubeValue.Same(Labels(("a", "1")), Labels(("a", "1"), ("c", "2"))), Is.False);
    }

    /// <summary>A list that is no IList.</summary>
    private sealed class Lazily<T>(params T[] items) : IReadOnlyList<T>
    {
        public int Count => items.Length;

        public T this[int index] => items[index];

        public IEnumerator<T> GetEnumerator() => items.AsEnumerable().GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private static V1ObjectMeta Labels(params (string Key, string Value)[] labels) =>
        new() { Labels = labels.ToDictionary(l => l.Key, l => l.Value, StringComparer.Ordinal) };

    private static V1ResourceRequirements Limits(string memory) =>
        new() { Limits = new Dictionary<string, ResourceQuantity>(StringComparer.Ordinal) { ["memory"] = new(memory) } };

    private static GemmaBaseImageStatus Status() => new()
    {
        BuildCounter = 7,
        LatestBuild = "gemma-b7",
        LatestImage = A.Image(7),
        NextScheduleTime = Noon,
        RejectedDigests = ["a", "b"],
        Conditions = [new V1Condition { Type = "Ready", Status = "True", LastTransitionTime = Noon }],
        ServingTemplate = PackedText.Of("template"),
    };
}
