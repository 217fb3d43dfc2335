using System.Collections;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Comparison;
using GemmaOperator.Text;
using k8s.Models;

namespace Operator.Tests.Cluster.Comparison;

/// <summary>Two values are the same when the API would store the same for both.</summary>
internal sealed class ApiEqualityTests
{
    private static readonly DateTime Noon = new(2026, 1, 2, 12, 0, 0, DateTimeKind.Utc);

    [Test]
    public void The_same_is_the_same() => Assert.That(ApiEquality.Same(Status(), Status()), Is.True);

    [Test]
    public void Any_field_makes_a_difference()
    {
        var status = Status();
        GemmaBaseImageStatus[] others =
        [
            status with
            {
                BuildCounter = 8,
            },
            status with
            {
                LatestBuild = null,
            },
            status with
            {
                LatestImage = status.LatestImage! with { Tag = "other" },
            },
            status with
            {
                NextScheduleTime = Noon.AddSeconds(1),
            },
            status with
            {
                RejectedDigests = [],
            },
            status with
            {
                RejectedDigests = ["a", "c"],
            },
            status with
            {
                RejectedDigests = ["a", "b", "c"],
            },
            status with
            {
                Conditions = [],
            },
            status with
            {
                ServingTemplate = CompressedString.Of("other"),
            },
            status with
            {
                ServingTemplate = null,
            },
        ];

        Assert.Multiple(() =>
        {
            foreach (var other in others)
            {
                Assert.That(
                    (ApiEquality.Same(status, other), ApiEquality.Same(other, status)),
                    Is.EqualTo((false, false)),
                    $"{other}"
                );
            }
        });
    }

    /// <summary>What a list was made by means nothing, or each reconcile would write the same once more.</summary>
    [Test]
    public void A_list_is_the_same_however_it_is_held()
    {
        var lazy = Status() with { RejectedDigests = new Lazily<string>("a", "b") };

        Assert.That((ApiEquality.Same(Status(), lazy), ApiEquality.Same(lazy, Status())), Is.EqualTo((true, true)));
        Assert.That(ApiEquality.Same(lazy, Status() with { RejectedDigests = ["a"] }), Is.False);
    }

    [Test]
    public void A_time_counts_to_the_second() =>
        Assert.That(
            ApiEquality.Same(Status(), Status() with { NextScheduleTime = Noon.AddMilliseconds(999) }),
            Is.True
        );

    [TestCase("1Gi", "1024Mi", true)]
    [TestCase("1", "1000m", true)]
    [TestCase("1", "2", false)]
    public void A_quantity_counts_by_its_value(string a, string b, bool isSame) =>
        Assert.That(ApiEquality.Same(Limits(a), Limits(b)), Is.EqualTo(isSame));

    [TestCase("http", "http", true)]
    [TestCase("http", "https", false)]
    public void A_port_counts_by_its_name(string a, string b, bool isSame) =>
        Assert.That(
            ApiEquality.Same(new V1ServicePort { TargetPort = a }, new V1ServicePort { TargetPort = b }),
            Is.EqualTo(isSame)
        );

    [Test]
    public void A_maps_order_means_nothing()
    {
        Assert.That(ApiEquality.Same(Labels(("a", "1"), ("b", "2")), Labels(("b", "2"), ("a", "1"))), Is.True);
        Assert.That(ApiEquality.Same(Labels(("a", "1"), ("b", "2")), Labels(("a", "1"), ("c", "2"))), Is.False);
        Assert.That(ApiEquality.Same(Labels(("a", "1")), Labels(("a", "1"), ("c", "2"))), Is.False);
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
        new()
        {
            Limits = new Dictionary<string, ResourceQuantity>(StringComparer.Ordinal) { ["memory"] = new(memory) },
        };

    private static GemmaBaseImageStatus Status() =>
        new()
        {
            BuildCounter = 7,
            LatestBuild = "gemma-b7",
            LatestImage = A.Image(7),
            NextScheduleTime = Noon,
            RejectedDigests = ["a", "b"],
            Conditions =
            [
                new V1Condition
                {
                    Type = "Ready",
                    Status = "True",
                    LastTransitionTime = Noon,
                },
            ],
            ServingTemplate = CompressedString.Of("template"),
        };
}
