import type { ErrorCode } from '../errors/codes.ts';

/**
 * The sentences of errors in Traditional Chinese as Taiwan writes it; the form is that of `en.ts`.
 * Words: seal 密封, open 開啟, wrapped key 封裝金鑰, registry 金鑰登錄, recovery code 復原碼, login 登入.
 */
export const ERROR_SENTENCES_ZH_HANT: Record<ErrorCode, string> = {
  INTERNAL: 'Sealkeep 內部發生問題，沒有任何變更。請再試一次[；若要回報，請附上要求編號 {request}]。',
  REQUEST_INVALID: '伺服器不接受這項要求[：{reason}]。',
  REQUEST_NOT_JSON: '這部伺服器只接受 JSON 格式的要求。',
  REQUEST_TOO_LARGE: '這項要求的內容太大，伺服器無法一次處理。',
  ROUTE_NOT_FOUND: '伺服器上沒有這個位址，請確認版本是否相符。',
  METHOD_NOT_ALLOWED: '伺服器的這個位址不接受這種操作方式。',
  ADDRESS_REFUSED: '伺服器不接受來自這個位址的連線，請洽管理者開放。',
  HOST_REFUSED: '伺服器不使用這個名稱，請改用當初設定的位址。',
  ORIGIN_REFUSED: '伺服器不接受來自這個網頁的要求。',
  LAUNCH_SECRET_REFUSED: '這些伺服器屬於執行中的 Sealkeep，只接受同一位使用者的程式連線。',
  RATE_LIMITED: '從這裡送出的要求超過伺服器可處理的數量，請[等待 {retry_after} 秒]後再試一次。',
  STORE_UNAVAILABLE: '伺服器目前無法連上資料庫，請稍後再試。',
  STORE_FULL: '伺服器的磁碟已滿，未做任何變更。騰出空間後便會自行恢復；請通知管理者。',
  STORE_LOST:
    '伺服器寫入這項要求時磁碟發生錯誤，無法得知是否已完成。伺服器將停止；請在它恢復後確認結果，並通知管理者。',
  SERVER_BUSY: '伺服器目前過於忙碌；未做任何變更。請[等待 {retry_after} 秒]後再試一次。',
  ISSUER_UNAVAILABLE: '伺服器目前無法連上核發權杖的服務，請稍後再試。',

  CLOUD_UNAVAILABLE: 'KMS 目前無法向雲端確認還有哪些檔案依賴這個金鑰版本；未做任何變更，請稍後再試。',

  REGISTRATION_CLOSED: '這個 KMS 目前只接受受邀的新成員，請洽管理者。',
  SETUP_REQUIRED:
    '這個 KMS 還沒有任何成員。第一位成員必須在 KMS 所在的電腦上註冊，或使用它最近一次啟動時顯示的設定碼。',
  SETUP_CODE_REFUSED:
    '這不是這個 KMS 的設定碼。KMS 每次啟動都會印出新的設定碼；請查看它最近一次啟動時印出的內容，或在那部電腦上註冊。',
  INVITATION_REFUSED: '這份邀請無效：已經用過、遭到撤回，或已經過期。請向邀請您的人索取新的邀請。',
  USER_NAME_TAKEN: '名稱 {user|您選的名稱} 已經有人使用，請換一個。',
  REGISTRATION_UNDER_WAY:
    '有人已開始以名稱 {user|您選的名稱} 註冊，但尚未完成。如果是您本人，請再輸入同一組密碼；如果不是，請換一個名稱，或等待 15 分鐘：對方若未完成也未重新開始，這個名稱就會重新開放。',
  ENROLMENT_REFUSED: '驗證碼不正確，或這次註冊已經過期。請確認手機的時間，或重新註冊。',
  LOGIN_REFUSED: '名稱、密碼或驗證碼不正確，或這組驗證碼已經用過。請確認手機的時間，改用下一組驗證碼。',
  LOGIN_THROTTLED: '失敗次數過多，請[等待 {retry_after} 秒]後再試一次。',
  CODE_REFUSED: '驗證碼不正確，或已經用過。請確認手機的時間，改用下一組驗證碼。',
  LOGIN_ENDED: '這次登入已經結束，請重新登入。',
  REFRESH_REFUSED: '這次登入已經結束，請重新登入。',
  LOGIN_NOT_FOUND: '找不到這筆登入紀錄。',
  AUTHENTICATION_INVALID: 'KMS 不再接受這次登入，請重新登入。',
  ACCOUNT_PENDING: '您的帳號正在等待這個 KMS 的管理員核准，請洽管理員。',
  ACCOUNT_DISABLED: '這個 KMS 的管理員已停用您的帳號，請洽管理員。',
  ACCOUNT_NEEDED: '仍有 {count|一些} 個密封檔案依賴您的金鑰，刪除後將永遠無法開啟；沒有刪除任何內容。',

  ADMINISTRATOR_REQUIRED: '只有這個 KMS 的管理員可以這麼做。',
  ADMINISTRATOR_LAST: '這是這個 KMS 唯一仍在使用中的管理員，請先讓另一個人成為管理員。',
  USER_NOT_FOUND: '這個 KMS 上沒有這個人。',
  USER_STATE: '這個帳號目前的狀態不允許這項操作[：{status}]。',
  INVITATION_NOT_FOUND: '沒有這份邀請，或它已不存在。',

  SESSION_ENDED: '與 KMS 的安全工作階段已結束，這項要求沒有自動重送；請再試一次。',
  SESSION_KEY_REFUSED: 'KMS 不接受用於安全工作階段的金鑰，請再試一次。',
  SESSION_TOKEN_TAKEN: '這個用戶端權杖已在使用中，請換一個。',
  SESSION_ROTATED_TOO_OFTEN: '用戶端權杖更換過於頻繁，請[等待 {retry_after} 秒]後再試一次。',
  SESSION_LIMIT: '這個 KMS 的安全工作階段過多，請[等待 {retry_after} 秒]後再試一次。',
  SESSION_MESSAGE_REFUSED:
    'KMS 拒絕了安全工作階段中的一則訊息：它可能先前已送達，或在途中遭到更改。訊息沒有自動重送；請再試一次。',
  CIPHERTEXT_REFUSED: '密文已損毀，或不屬於這個安全工作階段。',
  SESSION_REQUIRED: 'KMS 只在安全工作階段中回應這項要求。',

  AUTHORIZATION_INVALID: 'KMS 不接受雲端核發的授權權杖；KMS 與雲端可能不是同一組。',
  EMAIL_MISMATCH: '雲端回應的對象，與在 KMS 登入的使用者不同。',
  GUEST_REFUSED: '這個 KMS 不接受訪客。',
  DELEGATION_REFUSED: '這項委派不包含這個檔案。',
  ROLE_REFUSED: '您的權限不允許這項操作。',
  KACLS_URL_MISMATCH: '這個授權權杖是給另一個 KMS 使用的。',
  OWNER_DOMAIN_MISMATCH: '這個授權權杖屬於另一個組織。',
  REALM_MISMATCH: '這些權杖並非同一組。',
  PERIMETER_REFUSED: '這個 KMS 的規則不允許在此進行這項操作。',
  RESOURCE_MISMATCH: '這把封裝金鑰屬於另一個檔案。',
  GRANT_MISSING: 'KMS 拒絕了要求：{file|這個檔案} 不是您的，擁有者也沒有（或不再）與您分享。請洽擁有者。',
  PRIVILEGE_MISSING: '只有這個 KMS 的設定中指名的人可以這麼做。',
  PEER_REFUSED: '這個 KMS 不從該處接收金鑰。',
  PEER_FAILED: '持有金鑰的服務沒有交出金鑰，沒有任何變更。',
  PEER_TIMEOUT: '持有金鑰的服務太久沒有回應，請再試一次。',
  WRAPPED_KEY_INVALID:
    '{file|這個檔案} 的封裝金鑰在這裡無法開啟任何內容：它已損毀、不是由這個 KMS 所建立、檔案已被放棄，或 KMS 是由密封之前的備份還原的。若旁邊有它的 .key，請移走，Sealkeep 便會改用金鑰登錄中的副本。',
  KEY_VERSION_DISABLED:
    '{file|這個檔案} 所依賴的金鑰版本已撤銷。擁有者可以重新封存檔案，或等待 KMS 重新封裝。',
  KEY_VERSION_DESTROYED: '{file|這個檔案} 所依賴的金鑰版本已銷毀；在那之前封裝的金鑰無法再開啟任何檔案。',
  KEY_NOT_FOUND: '沒有這把金鑰，或沒有這個版本。',
  KEY_VERSION_STATE: '這個金鑰版本目前的狀態不允許這項操作[：{status}]。',
  KEY_VERSION_NEEDED: '仍有 {count|一些} 把封裝金鑰依賴這個版本；未做任何變更。',
  KEY_LIMIT: '您在這個 KMS 的金鑰數已達每人上限[：{limit}]。',
  KEY_ROTATED_TOO_OFTEN: '這把金鑰今天輪替過於頻繁，請[等待 {retry_after} 秒]後再試一次。',
  GRANT_NOT_FOUND: '這項分享不存在，或已經停止。',
  GRANT_USER_UNKNOWN: '這個 KMS 上沒有名為 {user|該名稱} 的使用者。',
  GRANT_NOT_OWNER: '只有檔案的擁有者可以分享或放棄它。',

  ESCROW_NOT_OWN: '只有 {user|本人} 能存入與取回託管於該處的金鑰。',
  ESCROW_EMPTY: '託管中沒有這樣的金鑰。',
  ESCROW_FULL: '託管的金鑰已有 {limit|最多} 份，KMS 為每人最多保存這麼多。',

  CLOUD_TOKEN_INVALID: '雲端不接受這次登入，請重新登入。',
  CLOUD_NOT_FOUND: '雲端上沒有您的 {file|這個檔案}，也沒有（或不再有）他人與您分享的同名檔案。',
  CLOUD_RESOURCE_TAKEN: '雲端上已經有相同的資源，請再試一次。',
  CLOUD_NAME_TAKEN: '您在雲端上已有另一個檔案名為 {name|這個名稱}；請替原始檔案改名後再密封一次。',
  CLOUD_PAIR_INVALID: '這兩個檔案不成對；請將 .enc 與同時產生的 .key 一起上傳。',
  CLOUD_PRECONDITION_FAILED: '雲端上的檔案在這段期間有所變更，請重新下載。',
  CLOUD_RANGE_REFUSED: '雲端上的檔案沒有這麼長。',
  CLOUD_QUOTA_EXCEEDED: '雲端空間已滿。',

  SERVER_UNREACHABLE: '位於 {url} 的{service|伺服器}沒有回應。請確認它正在執行。',
  SERVER_TIMEOUT: '位於 {url} 的{service|伺服器}太久沒有回應，請再試一次。',
  SERVER_ANSWER_INVALID: '位於 {url} 的{service|伺服器}傳回 Sealkeep 無法理解的內容，沒有任何變更。',
  SERVER_IDENTITY_CHANGED:
    '位於 {url} 的{service|伺服器}不是先前認識的那一部：金鑰已更換。若是管理者刻意更換，請改用全新的資料夾；若不是，可能有人從中攔截。',
  SERVER_NOT_SEALKEEP: '在 {url} 回應的不是 Sealkeep 的{service|伺服器}，請確認位址。',
  SERVER_TOO_NEW: '位於 {url} 的{service|伺服器}使用較新版本的 Sealkeep，請更新這個應用程式。',
  SERVER_TOO_OLD: '位於 {url} 的{service|伺服器}版本過舊，請洽管理者更新。',
  SERVER_ADDRESS_REFUSED: '{url} 不能當作伺服器位址：必須以 https: 開頭，或是這部電腦上的 http: 位址。',
  AUDIT_LOG_BROKEN:
    'KMS 的稽核記錄已不再包含先前的內容[：從第 {seq} 筆起有所不同]。記錄可能遭到更改、刪除或插入，也可能是 KMS 由備份還原；請先向管理者確認。',
  AUDIT_CHECKPOINT_REFUSED: 'KMS 出示的稽核記錄簽章無效，因此不予採信。請洽管理者。',
  AUDIT_EXPORT_INVALID: '{file|這個檔案} 不是稽核記錄的匯出檔[：第 {line} 行無法讀取]。',
  NOT_LOGGED_IN: '尚未登入，請先登入。',

  FILE_NOT_FOUND: '找不到檔案 {file}。它可能已被移動或刪除。',
  FILE_NOT_READABLE: '無法讀取 {file}，請確認檔案的存取權限。',
  FILE_PAGE_GONE: '提供 {file} 的頁面已經關閉。請重新加入檔案。',
  FILE_NOT_A_FILE: '{file} 不是一般檔案，因此無法處理。',
  FILE_NOT_A_FOLDER: '{file} 不是資料夾。',
  FILE_IS_A_FOLDER:
    '{file} 是資料夾，而雲端只存放個別檔案。請改為上傳密封資料夾中的 .enc 檔案，各以自己的名稱存放。',
  FILE_LINK_LEAVES: '連結 {file} 指向資料夾之外，或繞回自己，因此已略過；它所指向的內容沒有更動。',
  FILE_CHANGED: '{file} 在讀取期間有所變更，因此沒有寫入任何內容；請等檔案不再變動後再試。',
  FILE_NOT_SEALED: '{file} 不是 Sealkeep 的密封檔案（.enc）。',
  FILE_NOT_SEALED_FOLDER: '{file} 不是密封的資料夾：裡面沒有任何密封檔案（.enc）。',
  FILE_SEALED_ALREADY: '{file} 已經密封，因此保持原狀。若要重新密封，請先開啟它。',
  FILE_IS_A_KEY: '{file} 是密封檔案的金鑰檔，因此保持原狀。',
  FILE_MISPLACED:
    '{file} 不是密封這個資料夾時放在這裡的檔案，因此沒有一併開啟。請放回正確的檔案，或單獨開啟它。',
  FILE_MANIFEST_MISSING:
    '{file} 的清單遺失了。其中的密封檔案仍可開啟，但連結、空資料夾、時間與權限只記在清單裡，也無從得知是否缺少檔案。',
  FILE_MANIFEST_DAMAGED:
    '資料夾的清單 {file} 已損毀或遭到竄改，因此沒有開啟任何內容。請放回另一份；若沒有，請將它與它的 .key 移出資料夾，檔案便會逐一開啟，但不含連結、空資料夾、時間與權限。',
  FILE_DAMAGED: '{file} 已損毀或遭到竄改，因此沒有開啟。請改用另一份，例如從雲端重新下載。',
  FILE_TOO_NEW: '{file} 由較新版本的 Sealkeep 建立；請更新後再開啟。',
  FILE_TOO_LARGE: '{file} 太大，超出檔案格式的上限。',
  FILE_FORGOTTEN:
    '{file|這個檔案} 是您的檔案，但雲端沒有它的紀錄。KMS 與雲端從備份還原後，在那份備份製作之後才密封的檔案就會如此：它的金鑰不在備份裡，因此無法開啟、檢查或上傳，除非管理者放回還原之前的資料。若您還有原始檔案，請重新密封。',
  FILE_OTHER_KMS: '{file} 是以另一個 KMS（{kacls_url}）密封的；請連接到那個 KMS 再開啟。',
  FILE_NAME_REFUSED:
    '名稱 {name} 無法在這裡使用：其中有並非所有系統都接受的字元[（{character}）]、屬於保留名稱，或名稱太長。請替檔案換一個名稱。',
  FILE_NAMELESS: '{file} 是磁碟的最上層，沒有可供密封資料夾使用的名稱。請改為密封其中的資料夾。',
  FILE_PATH_TOO_LONG: '{file} 的位置太深：它的路徑太長。請縮短途中的名稱。',
  KEY_FILE_INVALID: '{file} 不是可讀取的 .key 檔；移除後，Sealkeep 會改用金鑰登錄中的副本。',
  KEY_FILE_TOO_NEW: '{file} 由較新版本的 Sealkeep 建立；請更新後再使用。',
  KEY_FILE_MISMATCH:
    '{file} 與它的 .enc 指向不同的資源：可能是另一個密封檔案的 .key，也可能是 .enc 的開頭已損毀。請保留兩者：損毀的 .enc 需要自己的 .key。',
  KEY_FILE_ALTERED: '{file} 中的名稱、大小或日期在建立後遭到更改；移除後，Sealkeep 會改用金鑰登錄中的副本。',
  KEY_MISSING: '{file} 旁邊沒有 .key，雲端上也沒有您可用的副本。',
  STREAM_NOT_WRITABLE: '{file|輸出} 無法再寫入[（{reason}）]，磁碟可能已滿。已寫入的內容並不完整。',
  STREAM_DAMAGED:
    '{file|資料流} 已損毀或提早結束。已輸出的內容[（{bytes} 位元組）]與密封時相同，但並非完整的檔案。',
  PROOF_FAILED: '密封檔案的內容與 {file} 目前的內容不同，因此 {file} 保留在原處。請重新密封一次。',
  PROOF_INCOMPLETE:
    '密封的資料夾沒有 {file} 目前的樣子，因此資料夾保留在原處。請重新密封資料夾；無法密封的項目須先移出資料夾。',
  PROOF_OUTDATED:
    '{file} 在驗證後有所變更。原始檔案保留在原處；若其名稱在此期間已被占用，則完整保留在垃圾桶中。',
  TRASH_UNAVAILABLE: '這裡沒有可供 {file} 使用的垃圾桶，因此檔案保留在原處。',
  TRASH_FAILED: '無法將 {file} 移到垃圾桶，因此檔案保留在原處。',
  TRASH_HOLDS: '{file} 位於要移到垃圾桶的資料夾內，會一併被移走，因此資料夾保留在原處。',
  OUTPUT_NO_SPACE: '{folder} 的空間不足，沒有寫入任何內容。請釋出空間，或選擇另一個資料夾。',
  OUTPUT_FOLDER_REFUSED: '請選擇個人資料夾裡未隱藏、且非程式專用的資料夾；{folder} 不符合。',
  OUTPUT_FOLDER_MISSING: '找不到資料夾 {folder}。請先建立它，或選擇另一個。',
  OUTPUT_NOT_WRITABLE: 'Sealkeep 無法寫入 {folder}，請選擇另一個資料夾。',
  OUTPUT_TAKEN: '{file} 已經存在；不會覆寫任何檔案。',
  GRANT_LEFT: '雲端未接受分享，也無法請 KMS 收回授權：在您停止分享之前，{user} 可以開啟此檔案。',
  SHARE_LEFT: 'KMS 已不再讓 {user} 開啟此檔案。雲端未參與此操作，可能仍顯示為已分享；請稍後再試一次。',
  ROOT_KEY_IN_KEYCHAIN:
    '開啟此資料夾的金鑰存於系統鑰匙圈，只有 Sealkeep 應用程式能讀取。請啟動應用程式後再試；未變更任何內容。',
  ROOT_KEY_UNREADABLE:
    '系統鑰匙圈未提供開啟此資料夾的金鑰（{file}）。請解鎖鑰匙圈，或以當初設定 Sealkeep 的使用者登入後重新啟動；未變更任何內容。',
  JOB_QUEUE_FULL: '最多只能有 {limit} 項工作同時等待。請等部分工作完成後，再重新加入這些檔案。',
  REWRAP_UNFINISHED:
    '還有 {count|一些} 把封裝金鑰依賴先前的版本，目前沒有進展：雲端可能沒有回應，或沒有保存它們的副本。KMS 會自動再試，檔案仍然安全。',
  JOB_CANCELLED: '已取消。先前完成的部分會保留，其餘沒有留下任何內容。',

  DATA_FOLDER_BUSY:
    '另一個 Sealkeep 正在使用資料夾 {folder}[：處理程序 {pid}][，自 {since} 起][，KMS 位於 {kms}][，雲端位於 {cloud}]。請將它結束，或等它結束後再試一次。',
  DATA_FOLDER_UNUSABLE: '無法使用資料夾 {folder}：{reason}。',
  ROOT_KEY_TAKEN: '{file} 已有根金鑰；未覆寫任何內容。',
  ROOT_KEY_CHANGE_UNFINISHED:
    '這裡曾開始將根金鑰更換為 {next|另一把}，但尚未完成；完成之前，伺服器無法啟動。請先完成更換，其間仍需要先前的根金鑰。',
  ROOT_PASSPHRASE_REFUSED: '這不是根金鑰 {file} 的通行片語；未變更任何內容。',
  BACKUP_NOTHING: '{folder} 裡沒有 KMS 或雲端的資料庫，因此沒有可備份的內容。',
  BACKUP_UNKNOWN: '{file} 不是這個版本的 Sealkeep 認得的備份；未變更任何內容。',
  BACKUP_DAMAGED:
    '{file|備份} 已損毀或遭到竄改[：{reason}]；未還原任何內容。請改用另一份複本，或較舊的備份。',
  BACKUP_TOO_NEW: '{file|備份} 由較新版本的 Sealkeep 製作；請更新後再還原。未變更任何內容。',
  BACKUP_PASSPHRASE_REFUSED: '這不是備份 {file} 的通行片語；未變更任何內容。',
  CONFIG_INVALID: '設定 {name} 無法使用：{reason}。',
  PORT_TAKEN: '位址 {address} 正由另一個程式使用；請結束該程式，或改設另一個 {name}。',
  USAGE: '{reason}',
};
