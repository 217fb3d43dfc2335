using GemmaOperator.Runtime.Caching;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;

namespace Operator.Tests.Runtime.Caching;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ObjectCacheTests
{
    private readonly ObjectCache<V1ConfigMap> _cache = new();

    [Test]
    public void The_first_list_completes_the_cache()
    {
        Assert.That(_cache.HasSynced, Is.False);
        var changes = _cache.Replace([Map("a", 1), Map("b", 2)], "2");
        Assert.That(_cache.HasSynced);
        Assert.That(changes.Select(Describe), Is.EqualTo(["a:  → 1", "b:  → 2"]));
    }

    [Test]
    public void A_list_after_a_gap_yields_what_was_missed_deletes_included()
    {
        _cache.Replace([Map("same", 1), Map("changed", 2), Map("gone", 3)], "3");
        var changes = _cache.Replace([Map("same", 1), Map("changed", 5), Map("new", 6)], "7");

        Assert.That(changes.Select(Describe), Is.EquivalentTo(["changed: 2 → 5", "new:  → 6", "gone: 3 → "]));
        Assert.That(_cache.Get("n", "gone"), Is.Null);
    }

    [Test]
    public void An_object_replaced_by_one_of_the_same_name_was_deleted_first()
    {
        _cache.Replace([Map("a", 1, uid: "first")], "1");
        var changes = _cache.Replace([Map("a", 5, uid: "second")], "5");
        Assert.That(changes.Select(Describe), Is.EqualTo(["a: 1 → ", "a:  → 5"]));
    }

    [Test]
    public void An_event_seen_before_changes_nothing_and_brings_nothing_back()
    {
        _cache.Replace([Map("a", 1)], "1");
        _cache.Apply(Event(WatchEventType.Modified, Map("a", 2)));
        _cache.Apply(Event(WatchEventType.Deleted, Map("a", 3)));

        Assert.That(_cache.Apply(Event(WatchEventType.Modified, Map("a", 2))), Is.Empty);
        Assert.That(_cache.Apply(Event(WatchEventType.Deleted, Map("a", 3))), Is.Empty);
        Assert.That(_cache.List(), Is.Empty);
    }

    [Test]
    public void After_a_restore_of_etcd_a_list_of_older_versions_is_how_things_are()
    {
        _cache.Replace([Map("a", 1)], "1");
        _cache.Apply(Event(WatchEventType.Modified, Map("a", 9)));
        Assert.That(_cache.Replace([Map("a", 4)], "4").Select(Describe), Is.EqualTo(["a: 9 → 4"]));

        _cache.Apply(Event(WatchEventType.Modified, Map("a", 5)));
        Assert.That(
            _cache.Get("n", "a")!.Metadata.ResourceVersion,
            Is.EqualTo("5"),
            "and the watch goes on from there"
        );
    }

    [Test]
    public void Indexes_follow_their_objects()
    {
        _cache.AddIndex("label", map => map.Metadata.Labels?.Values ?? []);
        _cache.Replace([Map("a", 1, owner: "o1", label: "x"), Map("b", 2, owner: "o1", label: "y")], "2");
        Assert.That(Names(CacheIndex.OwnerUid, "o1"), Is.EquivalentTo(["a", "b"]));

        _cache.Apply(Event(WatchEventType.Modified, Map("a", 3, owner: "o2", label: "y")));
        Assert.That(Names(CacheIndex.OwnerUid, "o1"), Is.EqualTo(["b"]));
        Assert.That(Names("label", "x"), Is.Empty);
        Assert.That(Names("label", "y"), Is.EquivalentTo(["a", "b"]));

        _cache.Apply(Event(WatchEventType.Deleted, Map("a", 4, owner: "o2", label: "y")));
        Assert.That(Names(CacheIndex.OwnerUid, "o2"), Is.Empty);
    }

    [Test]
    public void A_write_is_seen_when_its_version_or_a_later_one_has_come()
    {
        var key = new ObjectKey("n", "a");
        _cache.Replace([Map("a", 1)], "1");
        Assert.That(_cache.HasSeen(key, "1"));
        Assert.That(_cache.HasSeen(key, "5"), Is.False);

        _cache.Apply(new(WatchEventType.Bookmark, Object: null, "5"));
        Assert.That(_cache.HasSeen(key, "5"), "the watch is past it");
        _cache.Apply(new(WatchEventType.Bookmark, Object: null, ResourceVersion: null));
        Assert.That(_cache.HasSeen(key, "5"), "a bookmark that says nothing takes nothing back");
    }

    [Test]
    public void What_can_not_be_read_any_more_stays_as_it_was_until_it_can_or_is_gone()
    {
        _cache.Replace([Map("a", 1), Map("b", 1)], "1");

        Assert.That(_cache.Apply(Bad(WatchEventType.Modified, "a", 2)), Is.Empty);
        Assert.That(
            _cache.Replace([Map("b", 1)], "3", [Bad("a", 2)]),
            Is.Empty,
            "a relist doesn't take it for deleted"
        );
        Assert.That(_cache.Get("n", "a")!.Metadata.ResourceVersion, Is.EqualTo("1"));
        Assert.That(_cache.Unreadable.Select(u => u.Metadata.Name), Is.EqualTo(["a"]));
        Assert.That(_cache.HasSeen(new ObjectKey("n", "a"), "2"), "a write that made it so isn't waited for");

        Assert.That(
            _cache.Apply(Event(WatchEventType.Modified, Map("a", 4))).Select(Describe),
            Is.EqualTo(["a: 1 → 4"])
        );
        Assert.That(_cache.Unreadable, Is.Empty);

        _cache.Apply(Bad(WatchEventType.Modified, "a", 5));
        Assert.That(_cache.Apply(Bad(WatchEventType.Deleted, "a", 6)).Select(Describe), Is.EqualTo(["a: 4 → "]));
        Assert.That(_cache.Unreadable, Is.Empty);
    }

    [Test]
    public void An_unreadable_successor_ends_what_had_its_name_before()
    {
        _cache.Replace([Map("a", 1)], "1");
        Assert.That(
            _cache
                .Apply(new(WatchEventType.Added, Object: null, "3") { Unreadable = Bad("a", 3, uid: "second") })
                .Select(Describe),
            Is.EqualTo(["a: 1 → "])
        );
        Assert.That(_cache.Get("n", "a"), Is.Null);
    }

    [Test]
    public void Of_several_namespaces_each_has_versions_of_its_own()
    {
        var cache = new ObjectCache<V1ConfigMap>(["n", "m"]);
        cache.Replace([Map("a", 7)], "9", ns: "n");
        Assert.That(cache.HasSynced, Is.False);
        cache.Replace([In("m", "b", 2)], "2", ns: "m");
        Assert.That(cache.HasSynced, Is.True);
        Assert.That(cache.List().Select(o => o.Metadata.Name), Is.EquivalentTo(["a", "b"]));

        // Older than what is known of the other namespace, and news all the same.
        Assert.That(
            cache.Apply(Event(WatchEventType.Modified, In("m", "b", 3)), "m").Select(Describe),
            Is.EqualTo(["b: 2 → 3"])
        );
        Assert.That(cache.HasSeen(new ObjectKey("m", "c"), "5"), Is.False);
        Assert.That(cache.HasSeen(new ObjectKey("n", "c"), "5"), Is.True);
        Assert.That(cache.Replace([], "4", ns: "m").Select(Describe), Is.EqualTo(["b: 3 → "]), "not the other's");
    }

    private static V1ConfigMap In(string ns, string name, int version)
    {
        var map = Map(name, version);
        map.Metadata.NamespaceProperty = ns;
        return map;
    }

    private static WatchEvent<V1ConfigMap> Bad(WatchEventType type, string name, int version) =>
        new(type, Object: null, $"{version}") { Unreadable = Bad(name, version) };

    private static Unreadable Bad(string name, int version, string uid = "uid") =>
        new("v1", "ConfigMap", Map(name, version, uid).Metadata, "data.x: not a string");

    private static WatchEvent<V1ConfigMap> Event(WatchEventType type, V1ConfigMap map) =>
        new(type, map, map.Metadata.ResourceVersion);

    private static string Describe(CacheChange<V1ConfigMap> change) =>
        $"{change.Key.Name}: {change.Old?.Metadata.ResourceVersion} → {change.New?.Metadata.ResourceVersion}";

    private static V1ConfigMap Map(
        string name,
        int version,
        string uid = "uid",
        string? owner = null,
        string? label = null
    ) =>
        new()
        {
            Metadata = new V1ObjectMeta
            {
                Name = name,
                NamespaceProperty = "n",
                Uid = $"{name}-{uid}",
                ResourceVersion = $"{version}",
                Labels = label is null ? null : new Dictionary<string, string> { ["l"] = label },
                OwnerReferences = owner is null
                    ? null
                    :
                    [
                        new V1OwnerReference
                        {
                            Uid = owner,
                            Name = owner,
                            Kind = "X",
                        },
                    ],
            },
        };

    private IEnumerable<string> Names(string index, string key) =>
        _cache.ByIndex(index, key).Select(m => m.Metadata.Name);
}
