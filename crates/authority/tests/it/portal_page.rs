use crate::{
    scene::{Scene, on_each_scene, operator},
    walk::Holder,
};
use authority::portal_page::PortalPageError;
use domain::{
    grant::{EditPortal, Grant},
    portal_page::{
        ANNOUNCEMENTS_MAX, NewAnnouncement, NewPortalLink, PORTAL_LINKS_MAX, Paragraphs, Title, WebAddress,
    },
};

fn announcement(title: &str) -> NewAnnouncement {
    NewAnnouncement {
        title: Title::parse(title).expect("a title"),
        text: Paragraphs::parse("12月29日から休業します。").expect("a text"),
    }
}

fn link(path: &str) -> NewPortalLink {
    NewPortalLink {
        title: Title::parse("社内").expect("a title"),
        address: WebAddress::parse(&format!("https://intra.example.jp/{path}")).expect("an address"),
    }
}

/// Each of the five acts once, by this administrator.
pub(crate) async fn write_and_remove(scene: &Scene, administrator: &Holder) {
    let (authority, tenant) = (&scene.authority, administrator.user.tenant);
    let grant = scene.permission::<EditPortal>(administrator).await;
    authority
        .portal_editing()
        .add_announcement(&grant, tenant, &announcement("休業"))
        .await
        .expect("announces");
    authority.portal_editing().add_portal_link(&grant, tenant, &link("")).await.expect("links");
    let mut reader = scene.store.read().await.expect("reads");
    let number = reader.tenant(tenant).announcements().await.expect("reads")[0].number;
    let link = reader.tenant(tenant).portal_links().await.expect("reads")[0].number;
    drop(reader);
    let edited = announcement("年末の休業");
    authority
        .portal_editing()
        .edit_announcement(&grant, tenant, number, &edited, |_| true)
        .await
        .expect("edits");
    authority.portal_editing().remove_announcement(&grant, tenant, number).await.expect("removes");
    authority.portal_editing().remove_portal_link(&grant, tenant, link).await.expect("removes");
}

#[tokio::test]
async fn what_is_sent_twice_stands_once_and_leaves_one_row() {
    on_each_scene(async |scene| {
        let tenant = scene.customer("sample").await.tenant.id;
        let grant: Grant<EditPortal> = operator();
        for _ in 0..2 {
            scene
                .authority
                .portal_editing()
                .add_announcement(&grant, tenant, &announcement("休業"))
                .await
                .expect("announces");
            scene.authority.portal_editing().add_portal_link(&grant, tenant, &link("")).await.expect("links");
        }
        let mut reader = scene.store.read().await.expect("reads");
        let announcements = reader.tenant(tenant).announcements().await.expect("reads");
        let links = reader.tenant(tenant).portal_links().await.expect("reads");
        drop(reader);
        assert_eq!((announcements.len(), links.len()), (1, 1));
        for _ in 0..2 {
            let (announcement, link) = (announcements[0].number, links[0].number);
            scene
                .authority
                .portal_editing()
                .remove_announcement(&grant, tenant, announcement)
                .await
                .expect("removes");
            scene.authority.portal_editing().remove_portal_link(&grant, tenant, link).await.expect("removes");
        }
        let log = scene.audit_log().await;
        for act in ["add-announcement", "remove-announcement", "add-portal-link", "remove-portal-link"] {
            let rows: Vec<_> = log.iter().filter(|row| row.act == act).collect();
            assert_eq!(rows.len(), 1, "{act}: {rows:?}");
            assert_eq!(rows[0].tenant, Some(tenant), "{act}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_announcement_is_rewritten_where_nobody_else_has_rewritten_it() {
    on_each_scene(async |scene| {
        let tenant = scene.customer("sample").await.tenant.id;
        let grant: Grant<EditPortal> = operator();
        let editing = scene.authority.portal_editing();
        editing.add_announcement(&grant, tenant, &announcement("Closed")).await.expect("announces");
        let on_record = async || {
            let mut reader = scene.store.read().await.expect("reads");
            reader.tenant(tenant).announcements().await.expect("reads").remove(0)
        };
        let before = on_record().await;
        let new = announcement("Open");
        let meanwhile = editing.edit_announcement(&grant, tenant, before.number, &new, |_| false).await;
        assert!(
            matches!(&meanwhile, Err(PortalPageError::Changed(present)) if *present == before),
            "{meanwhile:?}"
        );
        for _ in 0..2 {
            let edited = editing.edit_announcement(&grant, tenant, before.number, &new, |_| true).await;
            edited.expect("rewrites");
        }
        let after = on_record().await;
        assert_eq!((after.title.as_str(), after.published_at), ("Open", before.published_at));
        let gone = editing.edit_announcement(&grant, tenant, before.number + 1, &new, |_| true).await;
        assert!(matches!(gone, Err(PortalPageError::NotFound)), "{gone:?}");
        let log = scene.audit_log().await;
        assert_eq!(
            log.iter().filter(|row| row.act == "edit-announcement").count(),
            1,
            "sent twice, done once"
        );
    })
    .await;
}

#[tokio::test]
async fn there_is_room_for_so_many_and_no_more() {
    on_each_scene(async |scene| {
        let tenant = scene.customer("sample").await.tenant.id;
        let grant: Grant<EditPortal> = operator();
        for number in 0..ANNOUNCEMENTS_MAX {
            let new = announcement(&format!("No. {number}"));
            scene.authority.portal_editing().add_announcement(&grant, tenant, &new).await.expect("announces");
        }
        let more = scene
            .authority
            .portal_editing()
            .add_announcement(&grant, tenant, &announcement("One more"))
            .await;
        assert!(matches!(more, Err(PortalPageError::Full { max: ANNOUNCEMENTS_MAX })), "{more:?}");
        for number in 0..PORTAL_LINKS_MAX {
            let new = link(&number.to_string());
            scene.authority.portal_editing().add_portal_link(&grant, tenant, &new).await.expect("links");
        }
        let more = scene.authority.portal_editing().add_portal_link(&grant, tenant, &link("one-more")).await;
        assert!(matches!(more, Err(PortalPageError::Full { max: PORTAL_LINKS_MAX })), "{more:?}");
    })
    .await;
}

#[tokio::test]
async fn an_administrator_writes_on_the_own_companys_portal_only() {
    on_each_scene(async |scene| {
        let ours = scene.customer("sample").await;
        let theirs = scene.customer("other").await.tenant.id;
        let hanako = scene.administrator(&ours).await;
        let grant = scene.permission::<EditPortal>(&hanako).await;
        let refused =
            scene.authority.portal_editing().add_announcement(&grant, theirs, &announcement("休業")).await;
        assert!(matches!(refused, Err(PortalPageError::NotFound)), "{refused:?}");
        let operator: Grant<EditPortal> = operator();
        scene.authority.portal_editing().add_portal_link(&operator, theirs, &link("")).await.expect("links");
        let mut reader = scene.store.read().await.expect("reads");
        assert!(reader.tenant(theirs).announcements().await.expect("reads").is_empty());
        let number = reader.tenant(theirs).portal_links().await.expect("reads")[0].number;
        drop(reader);
        let ours = ours.tenant.id;
        scene
            .authority
            .portal_editing()
            .remove_portal_link(&grant, ours, number)
            .await
            .expect("there is none");
        let mut reader = scene.store.read().await.expect("reads");
        assert_eq!(reader.tenant(theirs).portal_links().await.expect("reads").len(), 1);
    })
    .await;
}
