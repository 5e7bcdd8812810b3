//! Who is at the other end of a connection on this machine, where the kernel tells.

use crate::stream::Stream;

/// Whether a connection was made by another user of this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// By us, or by root, who could do everything that we can.
    Ours,
    /// By another user.
    OtherUser,
    /// The system does not tell: not Linux, or a kernel table that cannot be read. Of connections to root, too, nothing is
    /// said: root signs in for others, whose browser is theirs.
    Unknown,
}

#[cfg(target_os = "linux")]
pub(crate) fn peer(stream: &Stream) -> Peer {
    linux::peer(stream).unwrap_or(Peer::Unknown)
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn peer(_stream: &Stream) -> Peer {
    Peer::Unknown
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fs;
    use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
    use std::os::unix::fs::MetadataExt;

    use super::Peer;
    use crate::stream::Stream;

    const ROOT: u32 = 0;

    /// proc(5): the sockets of this network namespace with their owners. A browser may use IPv6 sockets for IPv4.
    const TABLES: [&str; 2] = ["/proc/net/tcp", "/proc/net/tcp6"];

    pub(super) fn peer(stream: &Stream) -> Option<Peer> {
        let Stream::Tcp(stream) = stream else { return None };
        let (SocketAddr::V4(theirs), SocketAddr::V4(ours)) =
            (stream.peer_addr().ok()?, stream.local_addr().ok()?)
        else {
            return None;
        };
        // The kernel gives a process its effective user as the owner of its entry.
        let us = fs::metadata("/proc/self").ok()?.uid();
        if us == ROOT {
            return None;
        }
        let owner = TABLES.iter().find_map(|table| {
            let table = fs::read_to_string(table).ok()?;
            owner_of(&table, theirs, ours)
        })?;
        Some(if owner == us || owner == ROOT { Peer::Ours } else { Peer::OtherUser })
    }

    /// The owner of the socket that has these addresses: its own, and the one that it is connected to.
    pub(super) fn owner_of(table: &str, own: SocketAddrV4, remote: SocketAddrV4) -> Option<u32> {
        table.lines().skip(1).find_map(|line| {
            let mut fields = line.split_ascii_whitespace().skip(1);
            let addresses = (fields.next()?, fields.next()?);
            let is_it = is_address(addresses.0, own) && is_address(addresses.1, remote);
            // After the addresses: state, queues, timer, retransmissions, user.
            if is_it { fields.nth(4)?.parse().ok() } else { None }
        })
    }

    /// `0100007F:1F90`: the address as the machine's own integer, the last of four words for IPv6, and the port.
    fn is_address(text: &str, address: SocketAddrV4) -> bool {
        let Some((host, port)) = text.split_once(':') else { return false };
        let word = host.get(host.len().saturating_sub(8)..).unwrap_or(host);
        let host = u32::from_str_radix(word, 16).map(|word| Ipv4Addr::from(word.to_ne_bytes()));
        host.is_ok_and(|host| host == *address.ip())
            && u16::from_str_radix(port, 16) == Ok(address.port())
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::net::{Ipv4Addr, SocketAddrV4};

    use super::linux::owner_of;

    /// A little-endian machine's; ours has its own order in the test of a real connection.
    #[cfg(target_endian = "little")]
    #[test]
    fn the_owner_of_a_connection_is_read_off_the_kernel_s_table() {
        let four = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1
   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1001        0 2 1
   2: 0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1002        0 3 1
   3: broken";
        let six = "header
   0: 0000000000000000FFFF00000100007F:C351 0000000000000000FFFF00000100007F:1F90 01 0:0 0:0 0  1003  0 3 1";
        let at = |port| SocketAddrV4::new(Ipv4Addr::LOCALHOST, port);
        assert_eq!(owner_of(four, at(50_000), at(8080)), Some(1002));
        assert_eq!(owner_of(four, at(8080), at(50_000)), Some(1001));
        assert_eq!(owner_of(four, at(50_001), at(8080)), None);
        assert_eq!(owner_of(six, at(50_001), at(8080)), Some(1003));
        assert_eq!(owner_of("", at(1), at(2)), None);
    }
}
