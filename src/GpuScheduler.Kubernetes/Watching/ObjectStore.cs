namespace GpuScheduler.Kubernetes;

/// <summary>
/// The last state of each object. Tells the handler what changed; the same thing said twice, or something older, is no change.
/// An object under the name of another (with a new UID) is a deletion and an addition. One thread.
/// </summary>
internal sealed class ObjectStore<T>(IObjectDecoder<T> decoder, IObjectHandler<T> handler)
{
    private readonly Dictionary<ObjectKey, (T Value, int Round)> _objects = [];
    private readonly List<ObjectKey> _gone = [];
    private int _round;
    private bool _isProof;

    public int Count => _objects.Count;

    /// <summary>A list begins; what an unfinished one before it said of which objects there are counts no more.</summary>
    public void BeginList()
    {
        _round++;
        _isProof = true;
    }

    /// <summary>The list has this object. It is read from the newest state, so it is right even where its version is smaller.</summary>
    public void SetListed(T value) => Replace(decoder.KeyOf(value), value);

    /// <summary>The list has an object that cannot be decoded: the one known under its key stays.</summary>
    public void KeepListed(ObjectKey key)
    {
        if (_objects.TryGetValue(key, out var known))
        {
            _objects[key] = (known.Value, _round);
        }
    }

    /// <summary>The list has an object of which not even the name can be read: it may be any that the list seems not to have.</summary>
    public void DoubtList() => _isProof = false;

    /// <summary>The list is complete: what it does not have is gone.</summary>
    public void EndList()
    {
        if (!_isProof)
        {
            return;
        }

        foreach (var (key, known) in _objects)
        {
            if (known.Round != _round)
            {
                _gone.Add(key);
            }
        }

        foreach (ObjectKey key in _gone)
        {
            _objects.Remove(key, out var known);
            handler.OnDeleted(known.Value);
        }

        _gone.Clear();
    }

    /// <summary>A watch says that the object was added or changed.</summary>
    public void Set(T value)
    {
        ObjectKey key = decoder.KeyOf(value);
        if (!_objects.TryGetValue(key, out var known)
            || !ResourceVersions.IsOlder(decoder.ResourceVersionOf(value), decoder.ResourceVersionOf(known.Value)))
        {
            Replace(key, value);
        }
    }

    /// <summary>A watch says that the object was deleted.</summary>
    public void Delete(in ObjectMeta meta)
    {
        // Under another UID it was deleted, too, unless this tells of one that had the name before it.
        if (_objects.TryGetValue(meta.Key, out var known)
            && (decoder.UidOf(known.Value) == meta.Uid || ResourceVersions.IsOlder(decoder.ResourceVersionOf(known.Value), meta.ResourceVersion)))
        {
            _objects.Remove(meta.Key);
            handler.OnDeleted(known.Value);
        }
    }

    private void Replace(ObjectKey key, T value)
    {
        if (!_objects.TryGetValue(key, out var known))
        {
            _objects.Add(key, (value, _round));
            handler.OnAdded(value);
        }
        else if (decoder.UidOf(known.Value) != decoder.UidOf(value))
        {
            _objects[key] = (value, _round);
            handler.OnDeleted(known.Value);
            handler.OnAdded(value);
        }
        else if (decoder.ResourceVersionOf(known.Value) == decoder.ResourceVersionOf(value))
        {
            _objects[key] = (known.Value, _round);
        }
        else
        {
            _objects[key] = (value, _round);
            handler.OnUpdated(known.Value, value);
        }
    }
}
